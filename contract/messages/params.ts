import { z } from 'zod';
import { Protocol } from '../model/forward';
import { Remedy } from '../model/remedy';
import { HostKind, HostState, Verdict, VmState } from '../model/states';
import { VM_VERBS } from '../state/vm-verbs';
import { Hardware } from '../model/hardware';

/** Schemas of message params. They are never sentences: names, numbers, keys, and lists of those. */

/** The name of an object, an address, a path: shown unchanged. */
export const name = z.string();
export const names = z.array(z.string());
export const count = z.int();
export const bytes = z.number();
/** The message of an error; created where the error is created. */
export const error = z.string();

/** No params. */
export const none = z.object({});
export const ofVm = z.object({ vm: name });
/** A VM and its copy. */
export const ofCopy = z.object({ from: name, to: name });
export const ofVmAndHost = z.object({ vm: name, host: name });
export const ofHost = z.object({ host: name });
export const ofNetwork = z.object({ network: name });
export const ofNetworkAndHost = z.object({ network: name, host: name });
export const ofNetworkAndCluster = z.object({ network: name, cluster: name });
export const ofProfile = z.object({ profile: name, network: name });
export const ofVnic = z.object({ vnic: name, vm: name });
export const ofDisk = z.object({ disk: name, vm: name });
/** A disk that goes from one VM to another. */
export const ofMovedDisk = z.object({ disk: name, from: name, to: name });
/** A CD drive of a VM. */
export const ofDrive = z.object({ drive: name, vm: name });
export const Alike = z.object({
  kind: z.enum(['vm', 'network']),
  name,
  other: name,
  by: z.enum(['case', 'letters']),
});
export const ofCount = z.object({ count });
export const ofImage = z.object({ image: name });
export const ofSnapshot = z.object({ snapshot: name });
export const ofCluster = z.object({ cluster: name });
/** A promise, as its sentence. */
export const ofPromise = z.object({ promise: name });
export const ofDataCenter = z.object({ dataCenter: name });

/** A port of this computer that is forwarded to a port of a VM. */
export const ofForward = z.object({ vm: name, protocol: Protocol, hostPort: z.int(), guestPort: z.int() });

/** One changed setting of a VM. */
export const VmChange = z.discriminatedUnion('what', [
  z.object({ what: z.literal('name'), was: name, now: name }),
  z.object({ what: z.literal('comment') }),
  z.object({ what: z.literal('memoryMiB'), was: count, now: count }),
  z.object({ what: z.literal('cpus'), was: count, now: count }),
  z.object({ what: z.literal('autostart'), now: z.boolean() }),
  z.object({ what: z.literal('hardware'), setting: Hardware.keyof(), was: name, now: name }),
]);
export type VmChange = z.infer<typeof VmChange>;

/** What *Setup networks* changes on a host. */
export const SetupChange = z.discriminatedUnion('what', [
  z.object({ what: z.literal('bond'), bond: name, nics: names, mode: name }),
  z.object({ what: z.literal('attach'), network: name, nic: name.nullable() }),
  z.object({ what: z.literal('detach'), network: name }),
  z.object({ what: z.literal('removeBond'), bond: name }),
]);
export type SetupChange = z.infer<typeof SetupChange>;

/** How a host differs from its desired state. */
export const DriftKind = z.enum([
  'bridge_missing',
  'renamed',
  'mark_missing',
  'seal_missing',
  'ipv6_on',
  'port_ipv6_on',
  'port_options',
  'address_added',
  'foreign_port',
  'tap_missing',
  'bridge_down',
  'options',
  'mac',
  'mtu',
  'not_wanted',
  'orphan_seal',
  'outside',
  'setup',
  'forward',
  'services',
  'tunnel',
]);
export type DriftKind = z.infer<typeof DriftKind>;

/** One difference on a host. `port`: the bridge port that it concerns, and its VM. */
export const Drift = z.object({
  kind: DriftKind,
  bridge: name,
  what: name,
  wanted: name,
  actual: name,
  port: name.optional(),
  vm: name.optional(),
  /** The bridge that the port is on instead. */
  on: name.optional(),
});
export type Drift = z.infer<typeof Drift>;

/** VMs on one host. */
export const VmsOnHost = z.object({ host: name, vms: names });

/** What Atoll leaves on a host that it forgets, and the command that removes it there. */
export const LeftOnHost = z.object({ bridges: names, cleanUp: name.nullable() });
export type LeftOnHost = z.infer<typeof LeftOnHost>;

/** What is done to a VM that is on a host. */
export const VmVerb = z.enum(VM_VERBS);

export { HostKind, HostState, Protocol, Remedy, Verdict, VmState };
