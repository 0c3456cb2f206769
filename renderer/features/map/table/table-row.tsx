import { memo } from 'react';
import type { Island } from '../../../../contract';
import type { Look } from '../../../ui/palette';
import { Dot, SealMark } from '../../../ui/state';
import { Swatch } from '../../../ui/swatch';
import { SimulatedTag } from '../../../ui/tags';
import { useNow } from '../../../ui/time';
import { hostFeel, vmFeel } from '../../../ui/tone';
import type { Changed } from '../changes';
import { islandsOfVm, type Model } from '../model';
import { sealOf } from '../seal-text';
import { text } from '../text';
import type { Row, RowOf } from './rows';

interface RowProps {
  readonly row: Row;
  readonly index: number;
  /** In pixels from the top of all rows. */
  readonly top: number;
  readonly model: Model;
  readonly looks: ReadonlyMap<string, Look>;
  readonly repaired: Changed['repaired'];
  readonly hasFocus: boolean;
  readonly isSelected: boolean;
}

export const TableRow = memo(function TableRow(props: RowProps) {
  const { row, index, top, hasFocus, isSelected } = props;
  const { name, state, networks, where } = cellsOf(row.of, props);
  return (
    <div
      role="row"
      className={`tree-row tree-${row.of.kind}${isSelected ? ' selected' : ''}`}
      data-row={row.key}
      tabIndex={hasFocus ? 0 : -1}
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-rowindex={index + 2}
      aria-expanded={row.open ?? undefined}
      aria-selected={isSelected}
      style={{ top }}
    >
      <span role="rowheader" style={{ paddingLeft: (row.level - 1) * 22 }}>
        <span className="tree-turn" data-turn={row.open === null ? undefined : ''} aria-hidden="true">
          {row.open === null ? '' : row.open ? '▾' : '▸'}
        </span>
        {name}
      </span>
      <span role="gridcell">{state}</span>
      <span role="gridcell">{where}</span>
      <span role="gridcell">{networks}</span>
      <span role="gridcell" className="tree-number">
        {row.of.kind === 'vm' ? '' : row.vms}
      </span>
    </div>
  );
});

interface Cells {
  readonly name: React.ReactNode;
  readonly state: React.ReactNode;
  readonly where: React.ReactNode;
  readonly networks: React.ReactNode;
}

function cellsOf(of: RowOf, { model, looks, repaired }: RowProps): Cells {
  switch (of.kind) {
    case 'panel':
      return panelCells(of.group.of, model, looks);
    case 'island': {
      const island = model.islands.get(of.island.id) ?? of.island;
      const network = model.networks.get(island.networkId);
      return {
        name: named(looks.get(island.networkId), network?.name),
        state:
          network?.isIsolated !== true ? (
            text.leads
          ) : island.hostId === null ? null : (
            <SealCell island={island} repaired={repaired} />
          ),
        where: `${model.hosts.get(island.hostId ?? '')?.name ?? text.noHost}${islandWords(island)}`,
        networks:
          island.note === null ? null : (
            <em title={island.note} dir="auto">
              {island.note}
            </em>
          ),
      };
    }
    case 'alone':
      return { name: text.alone, state: null, where: null, networks: null };
    case 'vm': {
      const vm = model.vms.get(of.vmId);
      const feel = vmFeel(vm?.state ?? 'unknown');
      return {
        name: vm?.name,
        state: (
          <>
            <Dot tone={feel.tone} /> {feel.words}
          </>
        ),
        where: model.hosts.get(vm?.hostId ?? '')?.name ?? text.noHost,
        networks: islandsOfVm(model, of.vmId).map((island) => (
          <span key={island.id} className="tree-network">
            {named(looks.get(island.networkId), model.networks.get(island.networkId)?.name)}
          </span>
        )),
      };
    }
  }
}

function panelCells(
  of: Extract<RowOf, { kind: 'panel' }>['group']['of'],
  model: Model,
  looks: ReadonlyMap<string, Look>,
): Cells {
  const nothing = { state: null, where: null, networks: null };
  if (of.kind === 'network') return { ...nothing, name: named(looks.get(of.network.id), of.network.name) };
  if (of.kind === 'islands' || of.host === null) return { ...nothing, name: text.noHost };
  const host = model.hosts.get(of.host.id) ?? of.host;
  const feel = hostFeel(host.state);
  return {
    ...nothing,
    name: host.name,
    where: host.kind === 'simulated' ? <SimulatedTag /> : null,
    state: (
      <>
        <Dot tone={feel.tone} /> {feel.words}
      </>
    ),
  };
}

function SealCell({ island, repaired }: { island: Island; repaired: Changed['repaired'] }) {
  const { tone, words, isPartial } = sealOf(island, repaired, useNow());
  return (
    <>
      <SealMark tone={tone} isPartial={isPartial} /> {words}
    </>
  );
}

const named = (look: Look | undefined, name: string | undefined) => (
  <>
    <Swatch look={look} /> {name}
  </>
);

function islandWords(island: Island): string {
  if (island.joints !== undefined) return `, ${text.stretched}`;
  return island.another ? `, ${text.another}` : '';
}
