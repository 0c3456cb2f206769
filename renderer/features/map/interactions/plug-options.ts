import type { Preview, Vm, Vnic } from '../../../../contract';
import type { client as Client } from '../../../api/client';
import { text } from '../text';

/** A requested change: plug into a network, or unplug from one of several. */
export type PlugRequest =
  | { readonly kind: 'in'; readonly vmId: string; readonly networkId: string }
  | { readonly kind: 'out'; readonly vmId: string; readonly networkIds: readonly string[] };

interface Result {
  readonly job: string | null;
  readonly preview: Preview | null;
}

/** One way to perform a request. */
export interface PlugOption {
  readonly id: string;
  readonly label: string;
  /** The success message, and the label of its undo. */
  readonly done: string;
  readonly inverse: string;
  readonly run: (dryRun: boolean) => Promise<Result>;
}

type NameOf = (networkId: string | null) => string;
type Vnics = Pick<typeof Client, 'vnics'>;

/** The ways to perform a request, most likely first: an unplugged vNIC is reused before a new one is created. */
export function plugOptions(client: Vnics, vm: Vm, request: PlugRequest, nameOf: NameOf): PlugOption[] {
  if (request.kind === 'out')
    return vm.vnics
      .filter((vnic) => vnic.networkId !== null && request.networkIds.includes(vnic.networkId))
      .map((vnic) => moving(client, vm, vnic, null, nameOf));
  const free = vm.vnics.filter((vnic) => vnic.networkId === null);
  const used = vm.vnics.filter((vnic) => vnic.networkId !== null && vnic.networkId !== request.networkId);
  const move = (vnic: Vnic): PlugOption => moving(client, vm, vnic, request.networkId, nameOf);
  return [...free.map(move), adding(client, vm, request.networkId, nameOf), ...used.map(move)];
}

function moving({ vnics }: Vnics, vm: Vm, vnic: Vnic, to: string | null, nameOf: NameOf): PlugOption {
  const from = vnic.networkId;
  const at = { vm: vm.id, vnic: vnic.id };
  return {
    id: vnic.id,
    label: to === null ? text.takeOff(vnic.name, nameOf(from)) : text.moveTo(vnic.name, nameOf(from), nameOf(to)),
    done: to === null ? text.isOff(vm.name, nameOf(from)) : text.isOn(vm.name, nameOf(to)),
    inverse: from === null ? text.undoOff(vm.name, nameOf(to)) : text.undoBack(vm.name, nameOf(from)),
    run: (dryRun) => vnics.move({ ...at, network: to, dryRun }),
  };
}

function adding({ vnics }: Vnics, vm: Vm, networkId: string, nameOf: NameOf): PlugOption {
  return {
    id: 'new',
    label: text.addTo(nameOf(networkId)),
    done: text.isOn(vm.name, nameOf(networkId)),
    inverse: text.undoOff(vm.name, nameOf(networkId)),
    run: (dryRun) => vnics.add({ vm: vm.id, network: networkId, dryRun }),
  };
}
