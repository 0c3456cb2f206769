import type { Island } from '../../../../contract';
import { Dot, SealMark } from '../../../ui/state';
import { lookClass, Swatch } from '../../../ui/swatch';
import { useNow } from '../../../ui/time';
import { verdictFeel, vmFeel } from '../../../ui/tone';
import type { IslandBox } from '../layout/boxes';
import { headText } from '../layout/head-text';
import { isJoined, type Model } from '../model';
import { sealOf } from '../seal-text';
import { text } from '../text';
import { Chip, type ChipProps } from './chip';
import { islandNodeKey, moreKey } from './nodes';
import type { Drawn } from './drawn';
import { momentWords } from '../../../ui/language';

interface IslandViewProps {
  readonly islandBox: IslandBox;
  readonly drawn: Drawn;
  readonly byHost: boolean;
  readonly chipOf: (vmId: string) => ChipProps;
}

/** An island: VMs on it reach each other. */
export function IslandView({ islandBox, drawn, byHost, chipOf }: IslandViewProps) {
  const { model, highlight, selected, looks, opened, target } = drawn;
  const island = model.islands.get(islandBox.island.id) ?? islandBox.island;
  const network = model.networks.get(island.networkId);
  const look = looks.get(island.networkId);
  const classes = [
    'island',
    lookClass(look),
    ...(island.another && !isJoined(island) ? ['island-another'] : []),
    ...(highlight?.islands.has(island.id) === true ? ['highlighted'] : []),
    ...(selected?.kind === 'network' && selected.id === island.networkId ? ['selected'] : []),
    ...(target === island.id ? ['island-target'] : []),
  ];
  const at = { left: islandBox.x, top: islandBox.y, width: islandBox.w, height: islandBox.h };
  return (
    <>
      <div className={classes.join(' ')} style={at}>
        <h4>
          <button
            type="button"
            tabIndex={-1}
            data-node={islandNodeKey(island.id)}
            data-select={`network:${island.networkId}`}
            data-island={island.id}
          >
            <Swatch look={look} />
            <strong dir="auto">{network?.name}</strong>
          </button>
          <small>{headText(model, island, islandBox.more !== null, byHost)}</small>
          {network?.isIsolated === true && island.hostId !== null ? (
            <SealPart island={island} repaired={drawn.repaired} />
          ) : null}
        </h4>
        {islandBox.note === null ? null : (
          <p
            className="island-note"
            style={{ top: islandBox.note.y - islandBox.y }}
            title={island.note ?? ''}
            dir="auto"
          >
            {island.note}
          </p>
        )}
        {islandBox.foldable && opened.has(island.id) ? (
          <button type="button" tabIndex={-1} className="island-fold" data-fold={island.id}>
            {text.fold}
          </button>
        ) : null}
      </div>
      {islandBox.chips.map((chip) => (
        <Chip key={chip.vmId} box={chip} {...chipOf(chip.vmId)} />
      ))}
      {islandBox.more === null ? null : (
        <button
          type="button"
          tabIndex={-1}
          data-node={moreKey(island.id)}
          data-fold={island.id}
          className={`chip chip-more${islandBox.more.vmIds.some((id) => highlight?.vms.has(id)) ? ' highlighted' : ''}`}
          style={{ left: islandBox.more.x, top: islandBox.more.y, width: islandBox.more.w, height: islandBox.more.h }}
        >
          <MoreWords model={model} vmIds={islandBox.more.vmIds} />
        </button>
      )}
    </>
  );
}

/** The last isolation verdict of the island, with its age. */
function SealPart({ island, repaired }: { island: Island; repaired: Drawn['repaired'] }) {
  const { tone, words, isPartial } = sealOf(island, repaired, useNow());
  const at = island.verdictAt === null ? undefined : text.checkedAt(momentWords(island.verdictAt));
  const checked = at !== undefined && isPartial ? `${verdictFeel(island).words}, ${at}` : at;
  return (
    <span className={`seal seal-${tone}`} title={checked}>
      <SealMark tone={tone} isPartial={isPartial} />
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
          , <Dot tone="warn" label={text.failed} /> {wrong}
        </>
      )}
    </>
  );
}
