import { memo } from 'react';
import { SimulatedTag } from '../../ui/tags';
import type { Look } from '../../ui/palette';
import { Dot } from '../../ui/state';
import { lookClass } from '../../ui/swatch';
import { hostFeel } from '../../ui/tone';
import { Chip } from './chip';
import { Isle } from './isle';
import type { HostBox } from './layout';
import { islandsOfVm, type Model } from './model';
import type { Lit, Picked } from './picked';
import { kindWords, text } from './text';
import type { Level } from './use-view';

export interface PanelProps {
  readonly box: HostBox;
  readonly model: Model;
  readonly level: Level;
  readonly lit: Lit | null;
  readonly picked: Picked | null;
  readonly looks: ReadonlyMap<string, Look>;
  readonly waysOut: ReadonlySet<string>;
  readonly opened: ReadonlySet<string>;
  readonly onPick: (picked: Picked) => void;
  readonly onOpen: (islandId: string) => void;
}

/** A host: the water that its islands stand in. */
export const HostPanel = memo(function HostPanel(props: PanelProps) {
  const { box, model, level, lit, picked, looks } = props;
  const { host } = box;
  const vms = model.map.vms.filter((vm) => vm.hostId === (host?.id ?? null));
  const up = vms.filter((vm) => vm.state === 'up').length;
  const chip = (vmId: string) => ({
    model,
    vmId,
    looks,
    ports: islandsOfVm(model, vmId).filter((island) => island.hostId === (host?.id ?? null)),
    picked: picked?.kind === 'vm' && picked.id === vmId,
    lit: lit?.vms.has(vmId) ?? false,
    onPick: props.onPick,
  });
  return (
    <section
      className={`host${host === null ? ' host-none' : ''}`}
      style={{ left: box.x, top: box.y, width: box.w, height: box.h }}
      aria-label={host?.name ?? text.noHost}
    >
      <h3>
        {host === null ? <strong>{text.noHost}</strong> : <HostName host={host} onPick={props.onPick} />}
        <small>
          {host === null ? text.noHostMeans : (kindWords[host.kind] ?? host.kind)} ·{' '}
          {vms.length === 1 ? '1 VM' : `${vms.length} VMs`}
        </small>
        {host?.kind === 'simulated' ? <SimulatedTag /> : null}
      </h3>
      {level === 'farther' ? (
        <p className="host-far">
          {up} of {vms.length} up
          <br />
          {box.isles.length} islands
        </p>
      ) : (
        <>
          <svg className="wires" width={box.w} height={box.h} aria-hidden="true">
            {box.wires.map((wire) => (
              <path
                key={wire.key}
                d={wire.path}
                className={`wire ${lookClass(looks.get(wire.networkId))}${lit?.vms.has(wire.vmId) === true ? ' lit' : ''}`}
              />
            ))}
          </svg>
          {box.isles.map((isle) => (
            <Isle
              key={isle.island.id}
              isle={isle}
              model={model}
              level={level}
              lit={lit}
              picked={picked}
              look={looks.get(isle.island.networkId)}
              open={props.opened.has(isle.island.id)}
              chipOf={chip}
              onPick={props.onPick}
              onOpen={props.onOpen}
            />
          ))}
          {box.straits.map((one) => (
            <Chip
              key={one.vmId}
              box={one}
              {...chip(one.vmId)}
              strait
              note={props.waysOut.has(one.vmId) ? text.onlyWayOut : null}
            />
          ))}
          {box.aloneY === null ? null : (
            <h4 className="alone" style={{ top: box.aloneY }}>
              {text.alone}
            </h4>
          )}
          {box.alone.map((one) => (
            <Chip key={one.vmId} box={one} {...chip(one.vmId)} />
          ))}
        </>
      )}
    </section>
  );
});

function HostName({ host, onPick }: { host: NonNullable<HostBox['host']>; onPick: (picked: Picked) => void }) {
  const feel = hostFeel(host.state);
  return (
    <button type="button" onClick={() => onPick({ kind: 'host', id: host.id })}>
      <Dot tone={feel.tone} label={feel.words} />
      <strong>{host.name}</strong>
    </button>
  );
}
