import { useMemo, useRef } from 'react';
import { Swatch } from '../../../ui/swatch';
import { DragPreview } from '../interactions/drag-preview';
import type { PlugRequest } from '../interactions/plug-options';
import type { MenuAt, MapObject } from '../interactions/object-menu';
import { type StretchRequest, useMapDrag } from '../interactions/use-map-drag';
import { HealthBook } from '../painting/health';
import { shadesOf } from '../painting/shades';
import { OverviewCanvas } from '../painting/overview-canvas';
import { shownSplitLines } from '../painting/paint-map';
import { useColors } from '../painting/use-colors';
import type { Grouping } from '../layout/boxes';
import { hitAt, meets } from '../layout/hit';
import type { Highlight } from '../highlight';
import type { Changed } from '../changes';
import type { Lens, Shade } from '../lens';
import type { Model } from '../model';
import { type Selection, parseSelection } from '../selection';
import { text } from '../text';
import type { Arrangement } from '../use-arrangement';
import type { Drawn } from './drawn';
import { Fences } from './fences';
import { SplitLines } from './split-lines';
import './islands.css';
import { MapButtons } from './map-buttons';
import { emptyKey, type Node, panelSelection } from './nodes';
import { UplinkEdges } from './uplink-edges';
import { Outside } from './outside';
import { Panel } from './panel';
import '../canvas/canvas.css';
import { useCursor } from './use-cursor';
import { useFences } from './use-fences';
import { useGestures } from './use-gestures';
import { LensPart } from './lens-part';
import { useLayout } from './use-layout';
import { useMotion } from './use-motion';
import { useViewport } from './use-viewport';
import { type RevealRequest, useKeptInView, useReveal } from './use-reveal';

interface MapCanvasProps {
  readonly model: Model;
  readonly arrangement: Arrangement;
  readonly grouping: Grouping;
  readonly selected: Selection | null;
  readonly highlight: Highlight | null;
  readonly marks: Drawn['marks'];
  readonly changed: Changed;
  readonly lens: Lens;
  readonly onLens: (lens: Lens) => void;
  readonly onSelect: (selected: Selection | null) => void;
  readonly onPlugRequest: (request: PlugRequest) => void;
  readonly onAsk: (fromVmId: string, toVmId: string) => void;
  readonly onStretch: (request: StretchRequest) => void;
  readonly onMenu: (menu: MenuAt) => void;
  /** Opens the note of an island. */
  readonly onNote: (islandId: string) => void;
  readonly revealRequest: RevealRequest | null;
}

const NO_SHADES: ReadonlySet<Shade> = new Set();

/** The map: panels, their islands and VMs. Zoomed in as DOM elements, zoomed out as one canvas. */
export function MapCanvas(props: MapCanvasProps) {
  const {
    model,
    arrangement,
    grouping,
    selected,
    highlight,
    marks,
    changed,
    lens,
    onLens,
    onSelect,
    onPlugRequest,
    onAsk,
    onStretch,
    onMenu,
    onNote,
    revealRequest,
  } = props;
  const frame = useRef<HTMLDivElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const { repaired } = changed;
  const { opened } = arrangement;
  const { looks } = model;
  const colors = useColors();
  const { layout, aspect, tidy, touch } = useLayout(model, grouping, arrangement);
  const { viewport, level, tiles } = useViewport(layout, `${grouping} ${layout.round} ${aspect}`, frame, world);
  const fences = useFences(model, layout, level);
  useMotion(layout, level, world);
  const cursor = useCursor({ layout, level, selected, viewport, frame, onEscape: () => onSelect(null), onNote });
  useReveal(revealRequest, layout, viewport, cursor.focus);
  useKeptInView(selected, layout, viewport);
  const { drag, startDrag } = useMapDrag({ model, layout, viewport, frame, onPlugRequest, onAsk, onStretch });
  const target = drag?.drop.kind === 'in' || drag?.drop.kind === 'stretch' ? drag.drop.islandId : null;
  const drawn: Drawn = useMemo(
    () => ({ model, highlight, selected, looks, marks, repaired, opened, target }),
    [model, highlight, selected, looks, marks, repaired, opened, target],
  );
  const scene = useMemo(
    () => ({ layout, fences, model, looks, highlight, selected, marks, repaired, lens, changed, colors }),
    [layout, fences, model, looks, highlight, selected, marks, repaired, lens, changed, colors],
  );
  const health = useMemo(() => new HealthBook(model), [model]);
  const shades = useMemo(
    () => (level === 'near' ? NO_SHADES : shadesOf({ ...scene, level, px: 1, part: null, now: Date.now() }, health)),
    [scene, level, health],
  );
  useGestures(frame, viewport, startDrag);
  /** The object of an event: its element, else what is at its position. Zoomed in, the background and a panel are not selectable. */
  const objectAt = (event: React.MouseEvent): MapObject | null => {
    const named = event.target instanceof Element ? event.target.closest('[data-select]') : null;
    const of = parseSelection(named?.getAttribute('data-select') ?? undefined);
    if (of !== null) return { of, islandId: named?.getAttribute('data-island') ?? null };
    const box = event.currentTarget.getBoundingClientRect();
    const point = viewport.toLayout(event.clientX - box.left, event.clientY - box.top);
    const { panel, islandBox } = hitAt(layout, point.x, point.y);
    if (islandBox !== null && level !== 'farther')
      return { of: { kind: 'network', id: islandBox.island.networkId }, islandId: islandBox.island.id };
    const selects = panel !== null && level !== 'near' ? panelSelection(panel) : null;
    return selects === null ? null : { of: selects, islandId: null };
  };
  const onClick = (event: React.MouseEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest('.map-over, .fence-sign') !== null) return;
    const fold = event.target.closest('[data-fold]')?.getAttribute('data-fold');
    if (typeof fold === 'string') arrangement.toggle(fold);
    else onSelect(objectAt(event)?.of ?? null);
  };
  const onContextMenu = (event: React.MouseEvent): void => {
    const object = objectAt(event);
    if (object === null) return;
    event.preventDefault();
    const box = event.target instanceof Element ? event.target.getBoundingClientRect() : null;
    // The menu key has no pointer position.
    const byKey = event.clientX === 0 && event.clientY === 0 && box !== null;
    onMenu({ ...object, x: byKey ? box.left : event.clientX, y: byKey ? box.bottom : event.clientY });
  };
  const onDoubleClick = (event: React.MouseEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const point = viewport.toLayout(event.clientX - box.left, event.clientY - box.top);
    const { panel, islandBox } = hitAt(layout, point.x, point.y);
    if (level === 'near' || panel === null) return;
    const isIsland = islandBox !== null && level === 'far';
    viewport.goTo(isIsland ? { ...islandBox, x: panel.x + islandBox.x, y: panel.y + islandBox.y } : panel);
  };
  return (
    <div
      className={`map-frame level-${level}${highlight === null ? '' : ' has-highlight'}`}
      ref={frame}
      role="application"
      aria-label={text.map}
      aria-describedby="map-keys"
      tabIndex={0}
      onKeyDownCapture={touch}
      onPointerDownCapture={touch}
      onWheelCapture={touch}
      onKeyDown={cursor.onKeyDown}
      onFocus={cursor.onFocus}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onDoubleClick={onDoubleClick}
    >
      <span id="map-keys" className="pf-v6-screen-reader">
        {text.keys}
      </span>
      {level === 'near' ? null : <OverviewCanvas scene={scene} health={health} viewport={viewport} />}
      <div ref={world} className="map-canvas" style={{ width: layout.width, height: layout.height }}>
        {level === 'near' ? (
          <>
            <Outside layout={layout} model={model} selected={selected} />
            {layout.panels
              .filter((box) => meets(box, tiles))
              .map((box) => (
                <Panel key={box.key} box={box} drawn={drawn} tiles={tiles} />
              ))}
            <UplinkEdges layout={layout} drawn={drawn} />
            <EmptyNetworks drawn={drawn} layout={layout} />
            <SplitLines model={model} layout={layout} gaps={shownSplitLines(scene)} looks={looks} />
            <Fences fences={fences} layout={layout} />
          </>
        ) : cursor.node === null ? null : (
          <FocusProxy node={cursor.node} model={model} />
        )}
      </div>
      {drag === null ? null : <DragPreview drag={drag} />}
      {level === 'near' ? null : <LensPart lens={lens} onLens={onLens} shades={shades} />}
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
  drawn: { model, selected, looks },
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
          data-select={`network:${box.networkId}`}
          className={`chip${selected?.kind === 'network' && selected.id === box.networkId ? ' selected highlighted' : ''}`}
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
function FocusProxy({ node, model }: { node: Node; model: Model }) {
  const { selects, box } = node;
  if (selects === null) return null;
  const name = { vm: model.vms, network: model.networks, host: model.hosts }[selects.kind].get(selects.id)?.name;
  return (
    <button
      type="button"
      tabIndex={-1}
      className="focus-proxy"
      data-node={node.key}
      data-select={`${selects.kind}:${selects.id}`}
      data-island={node.islandId ?? undefined}
      aria-label={`${selects.kind} ${name ?? ''}`}
      style={{ left: box.x, top: box.y, width: box.w, height: box.h }}
    />
  );
}
