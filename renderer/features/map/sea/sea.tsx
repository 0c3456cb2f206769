import { useMemo, useRef } from 'react';
import { Swatch } from '../../../ui/swatch';
import { Hand } from '../acts/hand';
import type { Wish } from '../acts/rewiring';
import type { MenuAt, Thing } from '../acts/thing-menu';
import { useCarry } from '../acts/use-carry';
import { FarCanvas } from '../far/far-canvas';
import { shownGaps } from '../far/paint-map';
import { useColours } from '../far/use-colours';
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
import { MapButtons } from './map-buttons';
import { emptyKey, type Node, panelPicks } from './nodes';
import { Landings } from './landings';
import { Outside } from './outside';
import { Panel } from './panel';
import './sea.css';
import { useCursor } from './use-cursor';
import { useGestures } from './use-gestures';
import { useLayout } from './use-layout';
import { useViewport } from './use-viewport';
import { type Bring, useBring } from './use-bring';

interface SeaProps {
  readonly model: Model;
  readonly arrangement: Arrangement;
  readonly grouping: Grouping;
  readonly picked: Picked | null;
  readonly lit: Lit | null;
  readonly marks: Drawn['marks'];
  readonly repaired: Drawn['repaired'];
  readonly onPick: (picked: Picked | null) => void;
  readonly onWish: (wish: Wish) => void;
  readonly onMenu: (menu: MenuAt) => void;
  /** Opens the note of an island. */
  readonly onNote: (islandId: string) => void;
  readonly bring: Bring | null;
}

/** The map: panels, their islands and VMs. Zoomed in as DOM elements, zoomed out as one canvas. */
export function Sea(props: SeaProps) {
  const { model, arrangement, grouping, picked, lit, marks, repaired, onPick, onWish, onMenu, onNote, bring } = props;
  const frame = useRef<HTMLDivElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const { opened } = arrangement;
  const { looks } = model;
  const colours = useColours();
  const { layout, tidy } = useLayout(model, grouping, arrangement);
  const shape = `${grouping} ${layout.panels.map((panel) => panel.key).join()}`;
  const { viewport, level, tiles } = useViewport(layout, shape, frame, world);
  const cursor = useCursor({ layout, level, picked, viewport, frame, onEscape: () => onPick(null), onNote });
  useBring(bring, layout, viewport);
  const { hand, carry } = useCarry({ model, layout, viewport, frame, onWish });
  const target = hand?.drop.kind === 'in' ? hand.drop.islandId : null;
  const drawn: Drawn = useMemo(
    () => ({ model, lit, picked, looks, marks, repaired, opened, target }),
    [model, lit, picked, looks, marks, repaired, opened, target],
  );
  const scene = useMemo(
    () => ({ layout, model, looks, lit, picked, marks, repaired, colours }),
    [layout, model, looks, lit, picked, marks, repaired, colours],
  );
  useGestures(frame, viewport, carry);
  /** The object of an event: its element, else what is at its position. Zoomed in, the background and a panel are not selectable. */
  const thingAt = (event: React.MouseEvent): Thing | null => {
    const named = event.target instanceof Element ? event.target.closest('[data-pick]') : null;
    const of = pickedOf(named?.getAttribute('data-pick') ?? undefined);
    if (of !== null) return { of, islandId: named?.getAttribute('data-island') ?? null };
    const box = event.currentTarget.getBoundingClientRect();
    const point = viewport.toLayout(event.clientX - box.left, event.clientY - box.top);
    const { panel, isle } = hitAt(layout, point.x, point.y);
    if (isle !== null && level !== 'farther')
      return { of: { kind: 'network', id: isle.island.networkId }, islandId: isle.island.id };
    const picks = panel !== null && level !== 'near' ? panelPicks(panel) : null;
    return picks === null ? null : { of: picks, islandId: null };
  };
  const onClick = (event: React.MouseEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest('.map-over') !== null) return;
    const fold = event.target.closest('[data-fold]')?.getAttribute('data-fold');
    if (typeof fold === 'string') arrangement.toggle(fold);
    else onPick(thingAt(event)?.of ?? null);
  };
  const onContextMenu = (event: React.MouseEvent): void => {
    const thing = thingAt(event);
    if (thing === null) return;
    event.preventDefault();
    const box = event.target instanceof Element ? event.target.getBoundingClientRect() : null;
    // The menu key has no pointer position.
    const byKey = event.clientX === 0 && event.clientY === 0 && box !== null;
    onMenu({ ...thing, x: byKey ? box.left : event.clientX, y: byKey ? box.bottom : event.clientY });
  };
  const onDoubleClick = (event: React.MouseEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const point = viewport.toLayout(event.clientX - box.left, event.clientY - box.top);
    const { panel, isle } = hitAt(layout, point.x, point.y);
    if (level === 'near' || panel === null) return;
    viewport.goTo(isle === null ? panel : { ...isle, x: panel.x + isle.x, y: panel.y + isle.y });
  };
  return (
    <div
      className={`map-frame level-${level}${lit === null ? '' : ' has-lit'}`}
      ref={frame}
      role="application"
      aria-label={text.map}
      aria-describedby="map-keys"
      tabIndex={0}
      onKeyDown={cursor.onKeyDown}
      onFocus={cursor.onFocus}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onDoubleClick={onDoubleClick}
    >
      <span id="map-keys" className="pf-v6-screen-reader">
        {text.keys}
      </span>
      {level === 'near' ? null : <FarCanvas scene={scene} viewport={viewport} />}
      <div ref={world} className="map-canvas" style={{ width: layout.width, height: layout.height }}>
        {level === 'near' ? (
          <>
            <Outside layout={layout} model={model} picked={picked} />
            {layout.panels
              .filter((box) => meets(box, tiles))
              .map((box) => (
                <Panel key={box.key} box={box} drawn={drawn} tiles={tiles} />
              ))}
            <Landings layout={layout} drawn={drawn} />
            <EmptyNetworks drawn={drawn} layout={layout} />
            <Gaps layout={layout} gaps={shownGaps(scene)} looks={looks} />
          </>
        ) : cursor.node === null ? null : (
          <StandIn node={cursor.node} model={model} />
        )}
      </div>
      {hand === null ? null : <Hand hand={hand} />}
      <MapButtons
        viewport={viewport}
        onFit={() => viewport.fit(layout.width, layout.height)}
        onTidy={tidy}
        whole={() => ({ ...scene, level, px: level === 'near' ? 1 : 1 / viewport.view.scale, now: Date.now() })}
      />
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

/** A hidden element that has the keyboard focus while the map is one canvas. */
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
      data-island={node.islandId ?? undefined}
      aria-label={`${picks.kind} ${name ?? ''}`}
      style={{ left: box.x, top: box.y, width: box.w, height: box.h }}
    />
  );
}
