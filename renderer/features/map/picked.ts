import { hearingOf } from './hearing';
import { type Model, vmsOn } from './model';

/** What a person picked on the map, as the address keeps it: `vm:ID`, `network:ID` (all its islands) or `host:ID`. */
export type Picked = { readonly kind: 'vm' | 'network' | 'host'; readonly id: string };

export function pickedOf(at: string | undefined): Picked | null {
  const match = /^(vm|network|host):(.+)$/.exec(at ?? '');
  return match === null ? null : { kind: match[1] as Picked['kind'], id: match[2] ?? '' };
}

export const addressOf = (picked: Picked): string => `${picked.kind}:${picked.id}`;

/** What is lit while something is picked or searched for; everything else dims. Null: nothing is picked, all is plain. */
export interface Lit {
  readonly vms: ReadonlySet<string>;
  readonly islands: ReadonlySet<string>;
}

/** A picked VM lights those that it hears; a network its islands and their VMs everywhere; a host all that stands on it. */
export function litBy(model: Model, picked: Picked | null, words: string): Lit | null {
  if (words.trim() !== '') return litByWords(model, words.trim().toLowerCase());
  if (picked === null) return null;
  switch (picked.kind) {
    case 'vm': {
      const heard = hearingOf(model, picked.id).direct;
      return {
        vms: new Set([picked.id, ...heard.flatMap((one) => one.vmIds)]),
        islands: new Set((model.islandsOf.get(picked.id) ?? []).map((island) => island.id)),
      };
    }
    case 'network':
    case 'host': {
      const islands = model.map.islands.filter(
        (island) => (picked.kind === 'network' ? island.networkId : island.hostId) === picked.id,
      );
      const vms = new Set(islands.flatMap(vmsOn));
      if (picked.kind === 'host') for (const vm of model.map.vms) if (vm.hostId === picked.id) vms.add(vm.id);
      return { vms, islands: new Set(islands.map((island) => island.id)) };
    }
  }
}

function litByWords(model: Model, words: string): Lit {
  const islands = model.map.islands.filter((island) =>
    model.networks.get(island.networkId)?.name.toLowerCase().includes(words),
  );
  const vms = model.map.vms.filter((vm) => vm.name.toLowerCase().includes(words));
  const holding = vms.flatMap((vm) => model.islandsOf.get(vm.id) ?? []);
  return {
    vms: new Set([...vms.map((vm) => vm.id), ...islands.flatMap(vmsOn)]),
    islands: new Set([...islands, ...holding].map((island) => island.id)),
  };
}
