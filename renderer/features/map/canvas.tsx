import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import MinusIcon from '@patternfly/react-icons/dist/esm/icons/minus-icon';
import PlusIcon from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import { useMemo, useRef } from 'react';
import { useLooks } from '../../actions/use-names';
import { lookClass, Swatch } from '../../ui/swatch';
import { HostPanel } from './host-panel';
import { nicWords, onlyWaysOut } from './hearing';
import { layoutOf } from './layout';
import type { Model } from './model';
import type { Lit, Picked } from './picked';
import { text } from './text';
import type { Arrangement } from './use-arrangement';
import { useView } from './use-view';

/** More dotted lines than these would be a tangle: then only those of what is picked are drawn. */
const QUIET_GAPS = 4;

interface CanvasProps {
  readonly model: Model;
  readonly arrangement: Arrangement;
  readonly picked: Picked | null;
  readonly lit: Lit | null;
  readonly onPick: (picked: Picked | null) => void;
}

export function Canvas({ model, arrangement, picked, lit, onPick }: CanvasProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const { opened, aspect } = arrangement;
  const looks = useLooks();
  const { map } = model;
  // The order in which things were made: a new one comes last among its kin, and moves none of them.
  const order = useMemo(
    () => new Map([...map.hosts, ...map.networks, ...map.vms].map((thing, index) => [thing.id, index])),
    [map.hosts, map.networks, map.vms],
  );
  const layout = useMemo(
    () => layoutOf(model, { rank: (id) => order.get(id) ?? order.size, opened, aspect }),
    [model, order, opened, aspect],
  );
  const waysOut = useMemo(() => onlyWaysOut(model), [model]);
  const view = useView(layout, map.hosts.map((host) => host.id).join(), frame, canvas);
  const regular = map.networks.filter((network) => !network.isIsolated);
  const gaps = layout.gaps.filter(
    (gap) => layout.gaps.length <= QUIET_GAPS || (picked?.kind === 'network' && picked.id === gap.networkId),
  );
  return (
    <div
      className="map-frame"
      ref={frame}
      role="application"
      aria-label="Map"
      aria-describedby="map-keys"
      tabIndex={0}
      onKeyDown={view.onKeyDown}
      onClick={(event) => event.target === event.currentTarget && onPick(null)}
    >
      <span id="map-keys" className="pf-v6-screen-reader">
        {text.keys}
      </span>
      <div
        ref={canvas}
        className={`map-canvas level-${view.level}${lit === null ? '' : ' has-lit'}`}
        style={{ width: layout.width, height: layout.height }}
      >
        <div className="outside" style={{ width: layout.outside.w, height: layout.outside.h }}>
          <b>{text.outside}</b>
          <span>{regular.length === 0 ? text.outsideNone : text.outsideSome}</span>
          {regular.map((network) => (
            <i key={network.id}>
              <button type="button" onClick={() => onPick({ kind: 'network', id: network.id })}>
                {[network.name, ...nicWords(model, network.id)].join(' · ')}
              </button>
            </i>
          ))}
        </div>
        {layout.hosts.map((box) => (
          <HostPanel
            key={box.host?.id ?? 'none'}
            box={box}
            model={model}
            level={view.level}
            lit={lit}
            picked={picked}
            looks={looks}
            waysOut={waysOut}
            opened={opened}
            onPick={onPick}
            onOpen={arrangement.toggle}
          />
        ))}
        {layout.emptyY === null ? null : (
          <h4 className="alone alone-empty" style={{ top: layout.emptyY }}>
            {text.emptyNetworks}
          </h4>
        )}
        {layout.empty.map((box) => (
          <button
            key={box.networkId}
            type="button"
            className={`chip${picked?.kind === 'network' && picked.id === box.networkId ? ' picked lit' : ''}`}
            style={{ left: box.x, top: box.y, width: box.w, height: box.h }}
            onClick={() => onPick({ kind: 'network', id: box.networkId })}
          >
            <Swatch look={looks.get(box.networkId)} />
            <span className="chip-name">{model.networks.get(box.networkId)?.name}</span>
          </button>
        ))}
        <svg className="gaps" width={layout.width} height={layout.height} aria-hidden="true">
          {gaps.map((gap) => (
            <path key={gap.key} d={gap.path} className={`gap ${lookClass(looks.get(gap.networkId))}`} />
          ))}
        </svg>
        {view.level === 'near'
          ? gaps.map((gap) => (
              <span key={gap.key} className="gap-words" style={{ left: gap.x, top: gap.y }}>
                {text.notConnected}
              </span>
            ))
          : null}
      </div>
      <div className="map-zoom">
        <Button variant="secondary" size="sm" aria-label={text.zoomOut} icon={<MinusIcon />} onClick={view.zoomOut} />
        <Button variant="secondary" size="sm" onClick={view.fit}>
          {text.fit}
        </Button>
        <Button variant="secondary" size="sm" aria-label={text.zoomIn} icon={<PlusIcon />} onClick={view.zoomIn} />
      </div>
    </div>
  );
}
