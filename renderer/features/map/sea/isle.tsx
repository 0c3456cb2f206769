import type { Island } from '../../../../contract';
import { Dot, SealMark } from '../../../ui/state';
import { lookClass, Swatch } from '../../../ui/swatch';
import { useNow } from '../../../ui/time';
import { vmFeel } from '../../../ui/tone';
import type { IsleBox } from '../layout/boxes';
import { headWords } from '../layout/head-words';
import type { Model } from '../model';
import { sealOf } from '../seal-words';
import { text } from '../text';
import { Chip, type ChipProps } from './chip';
import { isleKey, moreKey } from './nodes';
import type { Drawn } from './drawn';
import { momentWords } from '../../../ui/language';

interface IsleProps {
  readonly isle: IsleBox;
  readonly drawn: Drawn;
  readonly byHost: boolean;
  readonly chipOf: (vmId: string) => ChipProps;
}

/** An island: VMs on it reach each other. */
export function Isle({ isle, drawn, byHost, chipOf }: IsleProps) {
  const { model, lit, picked, looks, opened, target } = drawn;
  const island = model.islands.get(isle.island.id) ?? isle.island;
  const network = model.networks.get(island.networkId);
  const look = looks.get(island.networkId);
  const classes = [
    'isle',
    lookClass(look),
    ...(island.another ? ['isle-another'] : []),
    ...(lit?.islands.has(island.id) === true ? ['lit'] : []),
    ...(picked?.kind === 'network' && picked.id === island.networkId ? ['picked'] : []),
    ...(target === island.id ? ['isle-target'] : []),
  ];
  const at = { left: isle.x, top: isle.y, width: isle.w, height: isle.h };
  return (
    <>
      <div className={classes.join(' ')} style={at}>
        <h4>
          <button
            type="button"
            tabIndex={-1}
            data-node={isleKey(island.id)}
            data-pick={`network:${island.networkId}`}
            data-island={island.id}
          >
            <Swatch look={look} />
            <strong dir="auto">{network?.name}</strong>
          </button>
          <small>{headWords(model, island, isle.more !== null, byHost)}</small>
          {network?.isIsolated === true && island.hostId !== null ? (
            <SealPart island={island} repaired={drawn.repaired} />
          ) : null}
        </h4>
        {isle.note === null ? null : (
          <p className="isle-note" style={{ top: isle.note.y - isle.y }} title={island.note ?? ''} dir="auto">
            {island.note}
          </p>
        )}
        {isle.foldable && opened.has(island.id) ? (
          <button type="button" tabIndex={-1} className="isle-fold" data-fold={island.id}>
            {text.fold}
          </button>
        ) : null}
      </div>
      {isle.chips.map((chip) => (
        <Chip key={chip.vmId} box={chip} {...chipOf(chip.vmId)} />
      ))}
      {isle.more === null ? null : (
        <button
          type="button"
          tabIndex={-1}
          data-node={moreKey(island.id)}
          data-fold={island.id}
          className={`chip chip-more${isle.more.vmIds.some((id) => lit?.vms.has(id)) ? ' lit' : ''}`}
          style={{ left: isle.more.x, top: isle.more.y, width: isle.more.w, height: isle.more.h }}
        >
          <MoreWords model={model} vmIds={isle.more.vmIds} />
        </button>
      )}
    </>
  );
}

/** The last isolation verdict of the island, with its age. */
function SealPart({ island, repaired }: { island: Island; repaired: Drawn['repaired'] }) {
  const { tone, words } = sealOf(island, repaired, useNow());
  const checked = island.verdictAt === null ? undefined : text.checkedAt(momentWords(island.verdictAt));
  return (
    <span className={`seal seal-${tone}`} title={checked}>
      <SealMark tone={tone} />
      <span className="seal-words">{words}</span>
    </span>
  );
}

/** The summary of collapsed VMs: how many, how many are up, and how many need attention. */
function MoreWords({ model, vmIds }: { model: Model; vmIds: readonly string[] }) {
  const states = vmIds.map((id) => model.vms.get(id)?.state ?? 'unknown');
  const up = states.filter((state) => state === 'up').length;
  const wrong = states.filter((state) => vmFeel(state).tone === 'warn' || vmFeel(state).tone === 'bad').length;
  return (
    <>
      {text.more(vmIds.length, up)}
      {wrong === 0 ? null : (
        <>
          , <Dot tone="warn" label={text.inTrouble} /> {wrong}
        </>
      )}
    </>
  );
}
