import type { ForwardSpec } from './changes';
import type { NetRoute } from './setup';
import type { HostCapabilities, ImportedLines, VmState } from '../../contract';
import type { PortOption } from './port-option';
import type { ObservedServices } from './services';
import type { ObservedTunnel } from './stretch';

/** One seal chain as found. `device` is the one that the kernel reports for it. */
export type SealState = 'ok' | 'missing' | 'wrong';

export interface ObservedPort {
  readonly name: string;
  readonly mac: string;
  readonly kind: 'tap' | 'veth' | 'vxlan' | 'other';
  readonly up: boolean;
  readonly ipv6Disabled: boolean;
  /** Of the host, with prefix length; may be omitted if there are none. */
  readonly addresses?: readonly string[];
  /** Frames to a link-local group that only the port can pass on go into the host's own stack. Omitted if they do not. */
  readonly receivesLinkLocal?: boolean;
  /** Those that differ. Omitted if none does. */
  readonly options?: readonly PortOption[];
}

export interface ObservedBridge {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** The raw alias, and its content if it is an Atoll mark. */
  readonly alias: string | null;
  readonly owner: {
    readonly storeId: string;
    readonly networkId: string;
    /** It existed before us: it is released, never deleted. Omitted for those that we created. */
    readonly kept?: boolean;
  } | null;
  /** Addresses with prefix length, link-local ones too. */
  readonly addresses: readonly string[];
  readonly ipv6Disabled: boolean;
  readonly stp: boolean;
  readonly forwardDelay: number;
  readonly multicastSnooping: boolean;
  readonly vlanFiltering: boolean;
  /** Frames to link-local groups leave it for the host's own stack, past the seal. Omitted if they do not. */
  readonly receivesLinkLocal?: boolean;
  /** Frames between its ports go through the host's packet filters. Omitted if they do not. */
  readonly filtersFrames?: boolean;
  readonly sealIngress: SealState;
  readonly sealEgress: SealState;
  readonly ports: readonly ObservedPort[];
}

export interface ObservedNic {
  readonly name: string;
  readonly mac: string | null;
  readonly mtu: number;
  readonly up: boolean;
  readonly master: string | null;
  readonly kind: string;
  /** Hosts that only know plain NICs may omit what follows. */
  readonly alias?: string | null;
  /** With prefix length. */
  readonly addresses?: readonly string[];
  readonly vlan?: { readonly parent: string; readonly tag: number } | null;
  readonly bondMode?: string | null;
  /** Of a NIC or bond that has a link, in megabits per second. */
  readonly speedMbps?: number | null;
}

export interface ObservedVnic {
  readonly mac: string;
  /** Host's end; null while the VM does not run. */
  readonly tap: string | null;
  /** The bridge that the domain names (not necessarily the one that the tap is in). */
  readonly bridge: string | null;
  readonly linked: boolean;
  /** Where it leads if that is no bridge, as text: `libvirt network default`. Omitted for bridges. */
  readonly elsewhere?: string;
  /** Our mark on the VM lists it. Omitted if it does not. */
  readonly noted?: true;
}

export interface ObservedVm {
  readonly id: string;
  readonly name: string;
  /** libvirt's own name, if a title hides it. */
  readonly domain?: string;
  /** True if the domain has this store's metadata. */
  readonly ours: boolean;
  /** Id of another store whose metadata it has; omitted if there is none. */
  readonly owner?: string;
  readonly state: VmState;
  /** Why it is down, if libvirt knows: `shutdown`, `destroyed`, `crashed`, `saved`, ... */
  readonly why: string | null;
  readonly memoryMiB: number;
  /** Omitted by hosts that have no VMs but ours. */
  readonly cpus?: number;
  readonly vnics: readonly ObservedVnic[];
  /** A program in the guest has opened the line of a guest agent. Omitted if none has. */
  readonly agent?: true;
  /** What a VM that Atoll did not create offers to look at it. Omitted for VMs that it created. */
  readonly lines?: ImportedLines;
}

/** The running NAT behind a lab's NIC to the outside, and its open forwards. */
export interface ObservedOutside {
  readonly nic: string;
  readonly forwards: readonly ForwardSpec[];
}

/** Everything about a host, read in one round trip. */
export interface ObservedHost {
  readonly capabilities: HostCapabilities;
  readonly memoryFreeMiB: number;
  readonly bridges: readonly ObservedBridge[];
  /** Interfaces that are neither bridges nor loopback. */
  readonly nics: readonly ObservedNic[];
  /** Bridge names that our seal table has chains for, though no such bridge exists. */
  readonly orphanSeals: readonly string[];
  /** Null if VMs can't be observed (no libvirt): nothing is concluded about them then. */
  readonly vms: readonly ObservedVm[] | null;
  /** Null, or omitted by hosts that have none: no NAT runs. */
  readonly outside?: ObservedOutside | null;
  /** Addresses and names inside: each port with our services mark. Omitted if there is none. */
  readonly services?: readonly ObservedServices[];
  /** The tunnel to other hosts. Null, or omitted: there is nothing of it, no key either. */
  readonly tunnel?: ObservedTunnel | null;
  /** Routes that do not follow from an address (main table). */
  readonly routes?: readonly NetRoute[];
  /** Links for which a DHCP client that we started runs. */
  readonly dhcp?: readonly string[];
  /** The host's own address of our connection; null, or omitted, if that uses no network. */
  readonly connection?: string | null;
}
