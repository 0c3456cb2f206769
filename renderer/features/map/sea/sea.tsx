import { useCallback, useMemo, useRef } from 'react';
import { useLooks } from '../../../actions/use-names';
import { Swatch } from '../../../ui/swatch';
import { FarCanvas } from '../far/far-canvas';
import { shownGaps } from '../far/paint-map';
import { useColours } from '../far/use-colours';
import { onlyWaysOut } from '../hearing';
import type { Grouping } from '../layout/boxes';
import { hitAt, meets } from '../layout/hit';
import type { Lit } from '../lit';
import type { Model } from '../model';
import { type Picked, pickedOf } from '../picked';
import { text } from '../text';
import type { Arrangement } from '../use-arrangement';
import type { Drawn } from './drawn';
import { Gaps } from './gaps';
import './land.css';
import { emptyKey, type Node, panelPicks } from './nodes';
import { Outside } from './outside';
import { Panel } from './panel';
import './sea.css';
import { useCursor } from './use-cursor';
import { useGestures } from './use-gestures';
import { useLayout } from './use-layout';
import { useViewport } from './use-viewport';
import { ZoomButtons } from './zoom-buttons';

interface SeaProps {
  readonly model: Model;
  readonly arrangement: Arrangement;
  readonly grouping: Grouping;
  readonly picked: Picked | null;
  readonly lit: Lit | null;
  readonly onPick: (picked: Picked | null) => void;
}

/** The picture: panels of water, the islands on them, and who is on those. Near as elements of the page, far as one canvas. */
export function Sea({ model, arrangement, grouping, picked, lit, onPick }: SeaProps) {
  const frame = useRef<HTMLDivElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const { opened } = arrangement;
  const looks = useLooks();
  const colours = useColours();
  const { layout, tidy } = useLayout(model, grouping, arrangement);
  const waysOut = useMemo(() => onlyWaysOut(model), [model]);
  const shape = `${grouping} ${layout.panels.map((panel) => panel.key).join()}`;
  const { viewport, level, tiles } = useViewport(layout, shape, frame, world);
  const cursor = useCursor({ layout, level, picked, viewport, frame, onEscape: () => onPick(null) });
  const drawn: Drawn = useMemo(
    () => ({ model, lit, picked, looks, waysOut, opened, target: null }),
    [model, lit, picked, looks, waysOut, opened],
  );
  const scene = useMemo(
    () => ({ layout, model, looks, lit, picked, waysOut, colours }),
    [layout, model, looks, lit, picked, waysOut, colours],
  );
  useGestures(
    frame,
    viewport,
    useCallback(() => null, []),
  );
  const onClick = (event: React.MouseEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest('.map-zoom') !== null) return;
    const fold = event.target.closest('[data-fold]')?.getAttribute('data-fold');
    if (typeof fold === 'string') return arrangement.toggle(fold);
    const named = event.target.closest('[data-pick]')?.getAttribute('data-pick');
    if (typeof named === 'string') return onPick(pickedOf(named));
    const box = event.currentTarget.getBoundingClientRect();
    const point = viewport.toLayout(event.clientX - box.left, event.clientY - box.top);
    const { panel, isle } = hitAt(layout, point.x, point.y);
    if (isle !== null && level !== 'farther') return onPick({ kind: 'network', id: isle.island.networkId });
    onPick(panel !== null && level !== 'near' ? panelPicks(panel) : null);
  };
  return (
    <div
      className={`map-frame level-${level}${lit === null ? '' : ' has-lit'}`}
      ref={frame}
      role="application"
      aria-label="Map"
      aria-describedby="map-keys"
      tabIndex={0}
      onKeyDown={cursor.onKeyDown}
      onFocus={cursor.onFocus}
      onClick={onClick}
    >
      <span id="map-keys" className="pf-v6-screen-reader">
        {text.keys}
      </span>
      {level === 'near' ? null : <FarCanvas scene={scene} viewport={viewport} />}
      <div ref={world} className="map-canvas" style={{ width: layout.width, height: layout.height }}>
        {level === 'near' ? (
          <>
            <Outside layout={layout} model={model} />
            {layout.panels
              .filter((box) => meets(box, tiles))
              .map((box) => (
                <Panel key={box.key} box={box} drawn={drawn} tiles={tiles} />
              ))}
            <EmptyNetworks drawn={drawn} layout={layout} />
            <Gaps layout={layout} gaps={shownGaps(scene)} looks={looks} />
          </>
        ) : cursor.node === null ? null : (
          <StandIn node={cursor.node} model={model} />
        )}
      </div>
      <ZoomButtons viewport={viewport} onFit={() => viewport.fit(layout.width, layout.height)} onTidy={tidy} />
    </div>
  );
}

function EmptyNetworks({
  drawn: { model, picked, looks },
  layout,
}: {
  drawn: Drawn;
  layout: ReturnType<typeof useLayout>['layout'];
}) {
  if (layout.emptyY === null) return null;
  return (
    <>
      <h4 className="alone alone-empty" style={{ top: layout.emptyY }}>
        {text.emptyNetworks}
      </h4>
      {layout.empty.map((box) => (
        <button
          key={box.networkId}
          type="button"
          tabIndex={-1}
          data-node={emptyKey(box.networkId)}
          data-pick={`network:${box.networkId}`}
          className={`chip${picked?.kind === 'network' && picked.id === box.networkId ? ' picked lit' : ''}`}
          style={{ left: box.x, top: box.y, width: box.w, height: box.h }}
        >
          <Swatch look={looks.get(box.networkId)} />
          <span className="chip-name">{model.networks.get(box.networkId)?.name}</span>
        </button>
      ))}
    </>
  );
}

/** What has the keyboard's focus while the map is one canvas: an element in its place. */
function StandIn({ node, model }: { node: Node; model: Model }) {
  const { picks, box } = node;
  if (picks === null) return null;
  const name = { vm: model.vms, network: model.networks, host: model.hosts }[picks.kind].get(picks.id)?.name;
  return (
    <button
      type="button"
      tabIndex={-1}
      className="stand-in"
      data-node={node.key}
      data-pick={`${picks.kind}:${picks.id}`}
      aria-label={`${picks.kind} ${name ?? ''}`}
      style={{ left: box.x, top: box.y, width: box.w, height: box.h }}
    />
  );
}
