import type { ImportedLines } from '../../../contract';
import type { HostDriver } from '../../../engine/ports/host-driver';

/** Outside changes: what an administrator or an accident does on the host, without Atoll. */
export interface Meddler {
  deleteBridge(bridge: string): Promise<void>;
  renameBridge(from: string, to: string): Promise<void>;
  /** `address` with prefix length. */
  addAddress(bridge: string, address: string): Promise<void>;
  /** All chains on the bridge are gone, as after `nft flush ruleset`. */
  flushSeal(bridge: string): Promise<void>;
  /** The chains of the bridge are there, but let everything through. */
  loosenSeal(bridge: string): Promise<void>;
  setBridgeUp(bridge: string, up: boolean): Promise<void>;
  switchIpv6On(bridge: string): Promise<void>;
  setAlias(bridge: string, alias: string): Promise<void>;
  setMtu(bridge: string, mtu: number): Promise<void>;
  /** Adds an interface to a bridge, or (null) removes it from its bridge. */
  setMaster(link: string, bridge: string | null): Promise<void>;
  /** Sets an option of a port: `isolated`, `locked`, `learning` ... */
  setPortOption(link: string, name: string, value: 'on' | 'off'): Promise<void>;
  setPortUp(link: string, up: boolean): Promise<void>;
  addForeignBridge(name: string, alias: string | null): Promise<void>;
  /** A VM that Atoll did not make, or (`owner`) another one did. */
  addForeignVm(
    vm: { readonly id: string; readonly name: string },
    nics: ReadonlyArray<{ readonly mac: string; readonly bridge: string }>,
    how: { readonly running?: boolean; readonly owner?: string; readonly lines?: ImportedLines },
  ): Promise<void>;
  /** An interface that is no bridge. */
  addNic(name: string): Promise<void>;
  /** Kills the DHCP and DNS server behind a port. */
  killServer(port: string): Promise<void>;
  /** Changes something inside the namespaces of that server; a simulated host reports it as `fault`. */
  changeServer(port: string, fault: string): Promise<void>;
  /** Removes the packet filter inside the namespaces of that server. */
  openServer(port: string, fault: string): Promise<void>;
  /** Deletes the tunnel's namespace. */
  deleteTunnel(): Promise<void>;
  /** Changes something inside the tunnel's namespace; a simulated host reports it as `fault`. */
  changeTunnel(fault: string): Promise<void>;
  /** Gives a tunnel end a destination outside the tunnel; a simulated host reports it as `fault`. Null: deletes the end. */
  changeEnd(port: string, fault: string | null): Promise<void>;
  /** Kills a VM without libvirt. */
  killVm(vmId: string): Promise<void>;
}

/** One host under test. */
export interface Bed {
  readonly hostId: string;
  readonly storeId: string;
  readonly host: HostDriver;
  readonly outside: Meddler;
  /** Where other beds of its kind reach its UDP ports; omitted: nowhere. */
  readonly address?: string;
  /** Another driver for the same host, as the next engine would make it. */
  again(): HostDriver;
  /** A power failure of the host, bypassing its driver if possible; then restores the power. */
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
  /** What the driver still has of the host or on it, besides networks and VMs, as text; empty after `destroy`. */
  remains(): Promise<string[]>;
  dispose(): Promise<void>;
}

/** A kind of host that the suite is run against. */
export interface HostKind {
  readonly name: string;
  /** Why networks (VMs) cannot be tested here; null where they can. */
  readonly missing: string | null;
  readonly missingForVms: string | null;
  /** Why a host of this kind has no uplink; null: it has. */
  readonly noUplink: string | null;
  /** Why no disk can be plugged into a running VM of the hosts under test; null: it can. */
  readonly noHotDisks: string | null;
  /** Milliseconds within which a guest has booted, or answered to the power button. */
  readonly patienceMs: number;
  open(): Promise<Bed>;
  /** Removes what all beds shared. */
  close(): void | Promise<void>;
}

/** The name of a block of tests; it says why the block is skipped where it is. */
export function blockName(words: string, missing: string | null): string {
  return missing === null ? words : `${words} (skipped: ${missing})`;
}
