import { memo } from 'react';
import { SimulatedTag } from '../../../ui/tags';
import { Dot } from '../../../ui/state';
import { lookClass, Swatch } from '../../../ui/swatch';
import { hostFeel } from '../../../ui/tone';
import type { PanelBox } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import { meets } from '../layout/hit';
import { vmHighlight, edgeHighlight } from '../highlight';
import { islandsOfVm, isGatewayNow, type Model } from '../model';
import { text } from '../text';
import { Chip, type ChipProps } from './chip';
import type { Drawn } from './drawn';
import { IslandView } from './island-view';
import { panelKey } from './nodes';
import { panelWords } from './panel-text';

interface PanelProps {
  readonly box: PanelBox;
  readonly drawn: Drawn;
  /** The part of the layout that is rendered. */
  readonly tiles: Rect;
}

/** A panel with its islands. Only what is in or near the window is rendered. */
export const Panel = memo(function Panel({ box, drawn, tiles }: PanelProps) {
  const { model, highlight, selected, looks, marks } = drawn;
  const near = { ...tiles, x: tiles.x - box.x, y: tiles.y - box.y };
  const hostId = box.of.kind === 'host' ? (box.of.host?.id ?? null) : undefined;
  const chipOf = (vmId: string): ChipProps => ({
    panel: box.key,
    model,
    looks,
    ports: islandsOfVm(model, vmId).filter((island) => hostId === undefined || island.hostId === hostId),
    selected: selected?.kind === 'vm' && selected.id === vmId,
    emphasis: vmHighlight(highlight, vmId),
    mark: marks.get(vmId),
  });
  const lanes = box.lanes.filter((one) => meets(one, near));
  const inLanes = new Set(lanes.map((one) => one.vmId));
  return (
    <section
      className={`host${classOf(model, box)}`}
      style={{ left: box.x, top: box.y, width: box.w, height: box.h }}
      aria-label={panelWords(model, box).name}
    >
      <PanelHead box={box} drawn={drawn} />
      <svg className="edges" width={box.w} height={box.h} aria-hidden="true">
        {box.edges
          .filter((edge) => inLanes.has(edge.vmId))
          .map((edge) => (
            <path
              key={edge.key}
              d={edge.path}
              className={`edge ${lookClass(looks.get(edge.networkId))} ${edgeHighlight(highlight, edge.vmId, edge.islandId) ?? ''}`}
            />
          ))}
      </svg>
      {box.islandBoxes
        .filter((islandBox) => meets(islandBox, near))
        .map((islandBox) => (
          <IslandView
            key={islandBox.island.id}
            islandBox={islandBox}
            drawn={drawn}
            byHost={box.of.kind === 'host'}
            chipOf={chipOf}
          />
        ))}
      {lanes.map((one) => (
        <Chip
          key={one.vmId}
          box={one}
          {...chipOf(one.vmId)}
          lane
          aside={model.onlyGateways.has(one.vmId) && isGatewayNow(model, one.vmId) ? text.onlyGateway : null}
        />
      ))}
      {box.aloneY === null ? null : (
        <h4 className="alone" style={{ top: box.aloneY }}>
          {text.alone}
        </h4>
      )}
      {box.alone
        .filter((one) => meets(one, near))
        .map((one) => (
          <Chip key={one.vmId} box={one} {...chipOf(one.vmId)} />
        ))}
    </section>
  );
});

/** A host that is not up looks different as a whole: its islands show their last known state. */
function classOf(model: Model, { of }: PanelBox): string {
  if (of.kind !== 'host') return '';
  if (of.host === null) return ' host-none';
  const { tone } = hostFeel(model.hosts.get(of.host.id)?.state ?? of.host.state);
  return tone === 'ok' ? '' : ` host-${tone}`;
}

function PanelHead({ box, drawn: { model, looks } }: { box: PanelBox; drawn: Drawn }) {
  const { name, about } = panelWords(model, box);
  const { of } = box;
  const key = panelKey(box.key);
  return (
    <h3>
      {of.kind === 'host' && of.host !== null ? (
        <button type="button" tabIndex={-1} data-node={key} data-select={`host:${of.host.id}`}>
          <Dot tone={hostFeel(of.host.state).tone} label={hostFeel(of.host.state).words} />
          <strong dir="auto">{name}</strong>
        </button>
      ) : of.kind === 'network' ? (
        <button type="button" tabIndex={-1} data-node={key} data-select={`network:${of.network.id}`}>
          <Swatch look={looks.get(of.network.id)} />
          <strong dir="auto">{name}</strong>
        </button>
      ) : (
        <strong>{name}</strong>
      )}
      <small>{about}</small>
      {of.kind === 'host' && of.host?.kind === 'simulated' ? <SimulatedTag /> : null}
    </h3>
  );
}
