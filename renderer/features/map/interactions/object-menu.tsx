import { useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { Host, Network, Vm } from '../../../../contract';
import { type ActionEntry, useActions } from '../../../actions/registry/use-actions';
import { useHosts, useNetworks, useVms } from '../../../actions/use-names';
import type { Problem } from '../../../api/problem';
import { ContextMenu } from '../../../ui/context-menu';
import type { MenuEntry } from '../../../ui/menu';
import { ErrorAlert } from '../../../ui/error-alert';
import { whyNotVm } from '../../../actions/why';
import type { Creation, VmPlace } from '../creation';
import type { Model } from '../model';
import type { Selection } from '../selection';
import { text } from '../text';
import type { PlugRequest } from './plug-options';

/** The object that a menu or key applies to. */
export interface MapObject {
  readonly of: Selection;
  /** The island under the pointer; null: none. */
  readonly islandId: string | null;
}

/** The position and object of a menu. */
export interface MenuAt extends MapObject {
  readonly x: number;
  readonly y: number;
}

interface ObjectMenuProps {
  readonly at: MenuAt;
  readonly model: Model;
  readonly onSelect: (selected: Selection) => void;
  readonly onPlugRequest: (request: PlugRequest) => void;
  readonly onNote: (islandId: string) => void;
  readonly onCreate: (creation: Creation) => void;
  /** Collapses or expands an island; null if it cannot be collapsed. */
  readonly fold: ((islandId: string) => MenuEntry | null) | null;
}

/** The context menu of an object on the map, with everything that the drawer and dragging can do. */
export function ObjectMenu(props: ObjectMenuProps) {
  const { of } = props.at;
  const vm = useVms().get(of.id);
  const host = useHosts().get(of.id);
  const network = useNetworks().get(of.id);
  switch (of.kind) {
    case 'vm':
      return vm === undefined ? null : <VmMenu {...props} vm={vm} />;
    case 'host':
      return host === undefined ? null : <HostMenu {...props} host={host} />;
    case 'network':
      return network === undefined ? null : <NetworkMenu {...props} network={network} />;
  }
}

/** Shows the menu until an entry is chosen, then that entry's dialog or error. */
function useMenu({ at }: ObjectMenuProps) {
  const [open, setOpen] = useState(true);
  const close = useCallback(() => setOpen(false), []);
  return (label: string, entries: readonly MenuEntry[]) =>
    open ? <ContextMenu label={label} x={at.x} y={at.y} entries={entries} onClose={close} /> : null;
}

/** The actions that the object's page shows as buttons, and those in its menu. */
const buttonsOf = (entries: readonly ActionEntry[]) =>
  inSection(
    'run',
    entries.filter(({ place }) => place === 'primary' || place === 'bar'),
  );
const menuOf = (entries: readonly ActionEntry[]) =>
  inSection(
    'more',
    entries.filter(({ place }) => place === 'menu'),
  );
const inSection = (section: string, entries: readonly MenuEntry[]): MenuEntry[] =>
  entries.map((entry) => ({ ...entry, section }));

function VmMenu({ vm, ...props }: ObjectMenuProps & { vm: Vm }) {
  const { model, onSelect, onPlugRequest } = props;
  const navigate = useNavigate();
  const { entries, problem, dialog } = useActions('vm', vm);
  const menu = useMenu(props);
  const unplug = vm.vnics
    .filter((vnic) => vnic.networkId !== null)
    .map((vnic): MenuEntry => {
      const networkId = vnic.networkId ?? '';
      const name = model.networks.get(networkId)?.name ?? '';
      return {
        id: `unplug-${vnic.id}`,
        label: `${text.takeOff(vnic.name, name)}…`,
        why: whyNotVm(vm, 'editVnics'),
        onChoose: () => onPlugRequest({ kind: 'out', vmId: vm.id, networkIds: [networkId] }),
      };
    });
  return (
    <>
      {menu(vm.name, [
        ...inSection('look', [
          { id: 'pick', label: text.showReach, onChoose: () => onSelect({ kind: 'vm', id: vm.id }) },
          { id: 'open', label: text.open, onChoose: () => void navigate({ to: '/vms/$id', params: { id: vm.id } }) },
        ]),
        ...buttonsOf(entries),
        ...inSection('plug', [...unplug, ...menuOf(entries).filter(({ id }) => id === 'addVnic')]),
        ...menuOf(entries).filter(({ id }) => id !== 'addVnic'),
      ])}
      <MenuError problem={problem} />
      {dialog}
    </>
  );
}

function HostMenu({ host, ...props }: ObjectMenuProps & { host: Host }) {
  const navigate = useNavigate();
  const { entries, problem, dialog } = useActions('host', host);
  const menu = useMenu(props);
  const createVm = createVmEntry(props);
  return (
    <>
      {menu(host.name, [
        ...inSection('look', [
          { id: 'pick', label: text.showHostVms, onChoose: () => props.onSelect({ kind: 'host', id: host.id }) },
          {
            id: 'open',
            label: text.open,
            onChoose: () => void navigate({ to: '/hosts/$id', params: { id: host.id } }),
          },
        ]),
        ...inSection('create', [createVm({ hostId: host.id })]),
        ...buttonsOf(entries),
        ...menuOf(entries),
      ])}
      <MenuError problem={problem} />
      {dialog}
    </>
  );
}

function NetworkMenu({ network, ...props }: ObjectMenuProps & { network: Network }) {
  const { id } = network;
  const island = props.model.islands.get(props.at.islandId ?? '');
  const fold = island === undefined ? null : (props.fold?.(island.id) ?? null);
  const navigate = useNavigate();
  // The island shows the result of the check.
  const { entries, problem, dialog } = useActions('network', network, { staysHere: true });
  const menu = useMenu(props);
  const createVm = createVmEntry(props);
  return (
    <>
      {menu(network.name, [
        ...inSection('look', [
          { id: 'pick', label: text.showIslandVms, onChoose: () => props.onSelect({ kind: 'network', id }) },
          { id: 'open', label: text.open, onChoose: () => void navigate({ to: '/networks/$id', params: { id } }) },
          ...(fold === null ? [] : [fold]),
        ]),
        ...inSection('create', [
          createVm({ networkId: id, hostId: island?.hostId ?? undefined }),
          ...(island === undefined || island.hostId === null
            ? []
            : [
                {
                  id: 'note',
                  label: `${island.note === null ? text.noteAdd : text.noteEdit}…`,
                  onChoose: () => props.onNote(island.id),
                },
              ]),
        ]),
        ...menuOf(entries),
        ...buttonsOf(entries),
      ])}
      <MenuError problem={problem} />
      {dialog}
    </>
  );
}

/** Creates a VM where the menu is. */
const createVmEntry =
  ({ onCreate }: ObjectMenuProps) =>
  (at: VmPlace): MenuEntry => ({
    id: 'create-vm',
    label: `${text.newVmHere}…`,
    onChoose: () => onCreate({ kind: 'vm', ...at }),
  });

function MenuError({ problem }: { problem: Problem | null }) {
  return problem === null ? null : (
    <div className="undo-notice" role="status">
      <ErrorAlert problem={problem} />
    </div>
  );
}
