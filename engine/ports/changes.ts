import type { Protocol, Remedy } from '../../contract';
import type { PortOption } from './port-option';
import type { ServicesChange } from './services';
import type { TunnelChange } from './stretch';

/**
 * Changes of a host's networks, as data. The engine plans and inverts them (engine/plan), a driver applies them. Every name and
 * address in here has passed the contract; a driver quotes nothing.
 */

/** The desired state of a sealed, nic-less bridge. */
export interface BridgeSpec {
  readonly networkId: string;
  /** Name of the interface, at most 15 bytes. */
  readonly bridge: string;
  /** Explicit, locally administered: otherwise it would change with the ports. */
  readonly mac: string;
  readonly mtu: number;
  /** `atoll:<store id>:<network id>`, the mark of ownership; with `:kept` on a bridge that existed before us. */
  readonly alias: string;
  /** It existed before us: it keeps its MAC address. */
  readonly kept?: boolean;
}

export type BridgeChange =
  /**
   * Creates the bridge: link and mark, then seal, then `up`. Undone by `bridge.delete`. `hasChains`: seal chains of an earlier bridge of
   * that name are left, and are replaced.
   */
  | { readonly kind: 'bridge.create'; readonly spec: BridgeSpec; readonly hasChains?: boolean }
  /** Deletes a bridge of ours and its seal chains. `ports` are its current taps (for the undo). */
  | { readonly kind: 'bridge.delete'; readonly spec: BridgeSpec; readonly ports: readonly string[] }
  /** (Re)writes both seal chains and disables IPv6 on the bridge. `isBare`: it has neither chain. */
  | { readonly kind: 'bridge.seal'; readonly bridge: string; readonly isBare?: boolean }
  /** Removes our mark and both seal chains from an imported bridge; the bridge and its ports stay. */
  | { readonly kind: 'bridge.release'; readonly bridge: string; readonly alias: string }
  | { readonly kind: 'bridge.rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'bridge.mark'; readonly bridge: string; readonly alias: string; readonly was: string | null }
  | { readonly kind: 'bridge.mtu'; readonly bridge: string; readonly mtu: number; readonly was: number }
  | { readonly kind: 'bridge.mac'; readonly bridge: string; readonly mac: string; readonly was: string }
  | { readonly kind: 'bridge.up'; readonly bridge: string; readonly up: boolean }
  /** STP off, forward delay 0, multicast snooping off, VLAN filtering off, no packet filters of the host between ports. */
  | { readonly kind: 'bridge.options'; readonly bridge: string }
  /** Removes an address of the host from the bridge, or from `port`, one of its ports. */
  | { readonly kind: 'address.remove'; readonly bridge: string; readonly port?: string; readonly address: string }
  | { readonly kind: 'port.add'; readonly bridge: string; readonly port: string }
  | { readonly kind: 'port.remove'; readonly bridge: string; readonly port: string }
  /** Disables IPv6 on the host's end of a tap, so that it sends nothing to the guest, and ignores link-local groups if it is a port. */
  | { readonly kind: 'port.quiet'; readonly port: string }
  /** Resets options of a port to those of a plain bridge. */
  | {
      readonly kind: 'port.options';
      readonly bridge: string;
      readonly port: string;
      readonly options: readonly PortOption[];
    }
  /** Chains of ours on a device that no longer exists. */
  | { readonly kind: 'seal.remove'; readonly bridge: string };

/** A port of this computer's loopback that leads to a guest on the network *outside*. (protocol, hostPort) identifies it. */
export interface ForwardSpec {
  readonly protocol: Protocol;
  readonly hostPort: number;
  readonly guestAddress: string;
  readonly guestPort: number;
  /** Set only on a forward that was observed on another address than `FORWARD_ADDRESS`: it is closed. */
  readonly address?: string;
}

/** Changes of the NAT behind a lab's NIC `out0` (rule S12), and of no bridge. They are in separate groups. */
export type OutsideChange =
  /** Starts the NAT, after ending leftovers of a former one; its NIC exists and is up afterwards. Undone by `outside.stop`. */
  | { readonly kind: 'outside.start'; readonly nic: string }
  /** Ends the NAT; its NIC and all forwards are removed with it. */
  | { readonly kind: 'outside.stop'; readonly nic: string }
  | { readonly kind: 'forward.add'; readonly forward: ForwardSpec }
  | { readonly kind: 'forward.remove'; readonly forward: ForwardSpec };

export type Change = BridgeChange | OutsideChange | ServicesChange | TunnelChange;

/** The changes for one network on one host: all or nothing. */
export interface ChangeGroup<C extends Change = Change> {
  readonly networkId: string | null;
  /** The bridge; in a group of OutsideChange the NIC or the forward that it concerns, of ServicesChange the port. */
  readonly bridge: string;
  readonly changes: readonly C[];
}

/** A command that failed on a host. `argv` never contains secrets. */
export interface CommandFailure {
  readonly message: string;
  readonly remedy: Remedy | null;
  readonly command: string | null;
  readonly exit: number | null;
  readonly stderr: string | null;
}

/** `done` counts the leading changes of the group that took effect; a failed group is undone by the engine, not by the driver. */
export type GroupOutcome =
  { readonly ok: true } | { readonly ok: false; readonly done: number; readonly failure: CommandFailure };
