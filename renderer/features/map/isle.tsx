import type { Island } from '../../../contract';
import type { Look } from '../../ui/palette';
import { Dot } from '../../ui/state';
import { lookClass, Swatch } from '../../ui/swatch';
import { ageWords, useNow } from '../../ui/time';
import { VERDICT_FEEL, vmFeel } from '../../ui/tone';
import { Chip, type ChipProps } from './chip';
import type { IsleBox } from './layout';
import { type Model, vmsOn } from './model';
import type { Lit, Picked } from './picked';
import { text } from './text';
import type { Level } from './use-view';

interface IsleProps {
  readonly isle: IsleBox;
  readonly model: Model;
  readonly level: Level;
  readonly lit: Lit | null;
  readonly picked: Picked | null;
  readonly look: Look | undefined;
  readonly open: boolean;
  readonly chipOf: (vmId: string) => ChipProps;
  readonly onPick: (picked: Picked) => void;
  readonly onOpen: (islandId: string) => void;
}

/** An island: who is on it hears each other. */
export function Isle({ isle, model, level, lit, picked, look, open, chipOf, onPick, onOpen }: IsleProps) {
  const { island } = isle;
  const network = model.networks.get(island.networkId);
  const all = vmsOn(island);
  const states = all.map((vmId) => model.vms.get(vmId)?.state ?? 'unknown');
  return (
    <>
      <div
        className={`isle ${lookClass(look)}${island.another ? ' isle-another' : ''}${lit?.islands.has(island.id) === true ? ' lit' : ''}${picked?.kind === 'network' && picked.id === island.networkId ? ' picked' : ''}`}
        style={{ left: isle.x, top: isle.y, width: isle.w, height: isle.h }}
      >
        <h4>
          <button type="button" onClick={() => onPick({ kind: 'network', id: island.networkId })}>
            <Swatch look={look} />
            <strong>{network?.name}</strong>
          </button>
          <small>
            {all.length === 1 ? '1 VM' : `${all.length} VMs`}
            {island.another ? ` · ${text.another}` : ''}
            {isle.more === null ? '' : ' · folded'}
          </small>
          {network?.isIsolated === true && island.hostId !== null ? <Seal island={island} /> : null}
        </h4>
        {level === 'far' ? (
          <p className="isle-far">
            <span>{states.filter((state) => state === 'up').length}</span> of {all.length} up
          </p>
        ) : null}
        {level === 'near' && isle.foldable && open ? (
          <button type="button" className="isle-fold" onClick={() => onOpen(island.id)}>
            fold
          </button>
        ) : null}
      </div>
      {level === 'near' ? isle.chips.map((chip) => <Chip key={chip.vmId} box={chip} {...chipOf(chip.vmId)} />) : null}
      {level === 'near' && isle.more !== null ? (
        <button
          type="button"
          className={`chip chip-more${isle.more.vmIds.some((id) => lit?.vms.has(id)) ? ' lit' : ''}`}
          style={{ left: isle.more.x, top: isle.more.y, width: isle.more.w, height: isle.more.h }}
          onClick={() => onOpen(island.id)}
        >
          <MoreWords model={model} vmIds={isle.more.vmIds} />
        </button>
      ) : null}
    </>
  );
}

/** Whether the island is isolated, says the last check, and how old that is. */
function Seal({ island }: { island: Island }) {
  const now = useNow();
  const feel = VERDICT_FEEL[island.verdict];
  return (
    <span className={`seal seal-${feel.tone}`}>
      <Dot tone={feel.tone} />
      {feel.words.toLowerCase()}
      {island.verdictAt === null ? '' : `, ${ageWords(island.verdictAt, now)}`}
    </span>
  );
}

/** What folding hides: how many, how many of them are up, and what is wrong among them. */
function MoreWords({ model, vmIds }: { model: Model; vmIds: readonly string[] }) {
  const states = vmIds.map((id) => model.vms.get(id)?.state ?? 'unknown');
  const up = states.filter((state) => state === 'up').length;
  const wrong = states.filter((state) => vmFeel(state).tone === 'warn' || vmFeel(state).tone === 'bad').length;
  return (
    <>
      + {vmIds.length} more, {up} up
      {wrong === 0 ? null : (
        <>
          , <Dot tone="warn" /> {wrong}
        </>
      )}
    </>
  );
}
