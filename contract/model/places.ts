import { z } from 'zod';
import { HostReason } from '../messages/reasons';
import { Comment, Id, Instant, Labels, KeptName } from './common';
import { HostKind, HostState } from './states';
import type { HostTexts } from './text-keys';
import { optionalTexts } from './texts';

export const DataCenter = z.object({ id: Id, name: KeptName, comment: Comment, createdAt: Instant });
export type DataCenter = z.infer<typeof DataCenter>;

export const Cluster = z.object({ id: Id, dataCenterId: Id, name: KeptName, comment: Comment, createdAt: Instant });
export type Cluster = z.infer<typeof Cluster>;

/** The capabilities of a host, as last observed. Memory in MiB. */
export const HostCapabilities = z.object({
  hostname: z.string(),
  kernel: z.string(),
  bootId: z.string(),
  cpus: z.int(),
  memoryMiB: z.int(),
  rootless: z.boolean(),
  kvm: z.boolean(),
  tools: z.record(z.string(), z.string()),
  /** What is missing, as text; empty if VMs and networks both work. */
  gaps: z.array(z.string()),
  /** What addresses and names inside networks lack there: dnsmasq, or user namespaces. Null, or omitted: nothing. */
  servicesGap: z.enum(['dnsmasq', 'namespaces']).nullable().optional(),
  /** What stretching a network to or from there lacks: WireGuard (kernel or wireguard-go), its tools, VXLAN, or root. Null, or omitted: nothing. */
  stretchGap: z.enum(['wireguard', 'tools', 'vxlan', 'root']).nullable().optional(),
  /** By what a relay runs there. Null, or omitted: none can. */
  relayBy: z.enum(['perl', 'python3']).nullable().optional(),
});
export type HostCapabilities = z.infer<typeof HostCapabilities>;

/** What people write about a host. */
export const HOST_TEXTS = optionalTexts<keyof HostTexts>({ comment: Comment });

export const Host = z.object({
  id: Id,
  clusterId: Id,
  name: KeptName,
  kind: HostKind,
  ...HOST_TEXTS.shape,
  /** Sorted alphabetically. */
  labels: Labels,
  state: HostState,
  /** The reason for the state, as text; null: none. */
  reason: HostReason.nullable(),
  lastSeenAt: Instant.nullable(),
  capabilities: HostCapabilities.nullable(),
  memoryFreeMiB: z.int().nullable(),
  createdAt: Instant,
});
export type Host = z.infer<typeof Host>;

export const HostNic = z.object({
  hostId: Id,
  name: z.string(),
  mac: z.string().nullable(),
  mtu: z.int(),
  up: z.boolean(),
  /** The speed of the link in megabits per second, for a bond that of all its usable NICs; null: no link, or the host does not know it. */
  speedMbps: z.int().min(1).nullable(),
  /** The bridge or bond that it is in. */
  bridge: z.string().nullable(),
  kind: z.enum(['nic', 'bond', 'vlan', 'other']),
  /** The host's own addresses on it, with prefix length. */
  addresses: z.array(z.string()),
  /** For a VLAN: the NIC below it, and its tag. */
  parent: z.string().nullable(),
  vlan: z.int().nullable(),
  /** For a bond. */
  mode: z.string().nullable(),
  /** Whether Atoll's connection to the host uses it. */
  carriesConnection: z.boolean(),
});
export type HostNic = z.infer<typeof HostNic>;

/** A bridge on a host that Atoll did not create: shown, never changed (rule O4) unless it is imported. */
export const UnmanagedBridge = z.object({
  name: z.string(),
  ports: z.array(z.string()),
  /** The id of the Atoll database whose mark it carries. */
  owner: z.string().nullable(),
  /** What it would become: with a NIC a regular network, without one an isolated one. */
  isolated: z.boolean(),
  /** Why it can't be imported, as text; null: it can. */
  refused: z.string().nullable(),
});
export type UnmanagedBridge = z.infer<typeof UnmanagedBridge>;

/** A VM on a host that Atoll did not create: shown, never changed unless it is imported. */
export const UnmanagedVm = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string().nullable(),
  refused: z.string().nullable(),
  /** Libvirt's state as one of our VM states. */
  state: z.string(),
  memoryMiB: z.int(),
  /** Each NIC's MAC address and target: `bridge br0`, `libvirt network default`, `macvtap on eth0`. */
  nics: z.array(z.object({ mac: z.string(), on: z.string() })),
});
export type UnmanagedVm = z.infer<typeof UnmanagedVm>;

/** What an import left out, and why. */
export const SkippedImport = z.object({ kind: z.enum(['vm', 'bridge']), name: z.string(), why: z.string() });
export type SkippedImport = z.infer<typeof SkippedImport>;

export const Lab = z.object({
  id: Id,
  /** Its host; null for a folder left by a removed host. */
  hostId: Id.nullable(),
  host: z.string().nullable(),
  running: z.boolean(),
  pid: z.int().nullable(),
  rootless: z.boolean(),
  /** Disk usage, and resident bytes of all its processes (null: not running). */
  diskBytes: z.int(),
  memoryBytes: z.int().nullable(),
  path: z.string(),
});
export type Lab = z.infer<typeof Lab>;
