import { type Tone, verdictFeel, vmFeel } from '../../../ui/tone';
import { type Model, vmsOn } from '../model';
import type { IslandBox, PanelBox } from '../layout/boxes';
import { vmsOfPanel } from '../canvas/panel-text';

/** The summary of an island or panel whose VMs are too small to be drawn. */
export interface Health {
  readonly vms: number;
  readonly up: number;
  /** VMs that need attention: paused, not responding, unknown. */
  readonly wrong: number;
  /** The tone of each VM, what needs attention first. */
  readonly tones: readonly Tone[];
  /** The worst verdict on isolated islands; null: no verdict. */
  readonly seal: Tone | null;
  /** Not all points of the verdicts were checked. */
  readonly isPartial: boolean;
}

const GRAVEST: readonly Tone[] = ['bad', 'warn', 'unknown', 'ok'];
const GRAVEST_VM: readonly Tone[] = ['bad', 'warn', 'unknown', 'busy', 'off', 'ok'];

/** The state of an island in one tone, for where there is only room for a color: what is wrong, else whether something is down. */
export function stateTone({ seal, wrong, up, vms }: Health): Tone {
  if (seal === 'bad') return 'bad';
  if (wrong > 0 || seal === 'warn') return 'warn';
  if (seal === 'unknown') return 'unknown';
  return up < vms ? 'off' : 'ok';
}

function of(model: Model, vmIds: Iterable<string>, islandBoxes: readonly IslandBox[]): Health {
  let [vms, up, wrong] = [0, 0, 0];
  const tones: Tone[] = [];
  for (const id of vmIds) {
    const state = model.vms.get(id)?.state ?? 'unknown';
    const { tone } = vmFeel(state);
    tones.push(tone);
    vms += 1;
    if (state === 'up') up += 1;
    if (tone === 'warn' || tone === 'bad') wrong += 1;
  }
  const sealed = islandBoxes.flatMap(({ island }) => {
    const isIsolated = model.networks.get(island.networkId)?.isIsolated === true && island.hostId !== null;
    return isIsolated ? [verdictFeel(model.islands.get(island.id) ?? island)] : [];
  });
  tones.sort((a, b) => GRAVEST_VM.indexOf(a) - GRAVEST_VM.indexOf(b));
  const seal = GRAVEST.find((tone) => sealed.some((each) => each.tone === tone)) ?? null;
  return { vms, up, wrong, tones, seal, isPartial: sealed.some((each) => each.isPartial) };
}

/** Computed once per model, so that painting a frame only reads it. */
export class HealthBook {
  private readonly known = new Map<string, Health>();

  constructor(private readonly model: Model) {}

  ofIsland(islandBox: IslandBox): Health {
    return this.once(islandBox.island.id, () => of(this.model, vmsOn(islandBox.island), [islandBox]));
  }

  ofPanel(panel: PanelBox): Health {
    return this.once(panel.key, () => of(this.model, vmsOfPanel(panel), panel.islandBoxes));
  }

  private once(key: string, count: () => Health): Health {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const health = count();
    this.known.set(key, health);
    return health;
  }
}
