import { z } from 'zod';
import * as p from './params';

const ofBridge = z.object({ bridge: p.name });
const ofLink = z.object({ link: p.name });
const route = z.object({ to: p.name, via: p.name.nullable(), link: p.name });
const forward = z.object({ protocol: p.Protocol, address: p.name, guestAddress: p.name, guestPort: z.int() });

/** What a dry run says would change on a host's networks, one line each. */
export const CHANGE_LINES = {
  'change.bridge.create': ofBridge.extend({ mtu: p.count }),
  'change.bridge.delete': ofBridge.extend({ ports: p.names }),
  'change.bridge.seal': ofBridge,
  'change.bridge.release': ofBridge,
  'change.bridge.rename': z.object({ from: p.name, to: p.name }),
  /** `from`: the store whose mark it has; null: it has none. `to`: null: this store. */
  'change.bridge.mark': ofBridge.extend({ from: p.name.nullable(), to: p.name.nullable() }),
  'change.bridge.mtu': ofBridge.extend({ was: p.count, now: p.count }),
  'change.bridge.mac': ofBridge.extend({ was: p.name, now: p.name }),
  'change.bridge.up': ofBridge.extend({ up: z.boolean() }),
  'change.bridge.options': ofBridge,
  'change.address.remove': ofLink.extend({ address: p.name }),
  'change.port.add': ofBridge.extend({ port: p.name }),
  'change.port.remove': ofBridge.extend({ port: p.name }),
  'change.port.quiet': z.object({ port: p.name }),
  'change.port.options': z.object({ port: p.name, options: z.array(z.object({ name: p.name, value: p.name })) }),
  'change.outside.start': z.object({ nic: p.name }),
  'change.outside.stop': z.object({ nic: p.name }),
  'change.services.start': z.object({ bridge: p.name }),
  'change.services.reload': z.object({ bridge: p.name }),
  'change.services.stop': z.object({ bridge: p.name }),
  'change.tunnel.start': z.object({ device: p.name, peers: p.count }),
  'change.tunnel.stop': z.object({ device: p.name }),
  'change.tunnel.next_key': z.object({ device: p.name }),
  'change.tunnel.end.add': ofBridge.extend({ port: p.name, members: p.count }),
  'change.tunnel.end.remove': ofBridge.extend({ port: p.name }),
  'change.tunnel.end.forget': ofBridge.extend({ port: p.name, macs: p.names }),
  'change.forward.add': forward,
  'change.forward.remove': forward,
  'change.seal.remove': ofBridge,
  'change.bond.make': z.object({ bond: p.name, mode: p.name }),
  'change.bond.unmake': z.object({ bond: p.name }),
  'change.vlan.make': z.object({ tag: z.int(), parent: p.name }),
  'change.vlan.unmake': z.object({ tag: z.int(), parent: p.name }),
  'change.regular.make': ofBridge.extend({ mtu: p.count }),
  'change.regular.unmake': ofBridge,
  'change.link.master': ofLink.extend({ to: p.name.nullable(), was: p.name.nullable() }),
  'change.link.mtu': ofLink.extend({ was: p.count, now: p.count }),
  'change.link.up': ofLink.extend({ up: z.boolean() }),
  'change.link.ipv6': ofLink.extend({ on: z.boolean() }),
  'change.ip.add': ofLink.extend({ address: p.name }),
  'change.ip.remove': ofLink.extend({ address: p.name }),
  'change.route.add': route,
  'change.route.remove': route,
  'change.route.move': route.extend({ now: p.name }),
  'change.dhcp.start': ofLink.extend({ client: p.name }),
  'change.dhcp.stop': ofLink.extend({ client: p.name }),
  /** The changes touch what carries the connection to the host. */
  'change.connection': z.object({ seconds: p.count }),
} as const;

/** Why a dry run can't say what would change on a host. */
export const PREVIEW_PROBLEMS = {
  'problem.new_host': p.none,
  'problem.maintenance': p.none,
  'problem.unobserved': z.object({ error: p.error }),
  'problem.plan': z.object({ errors: z.array(z.object({ error: p.error, remedy: p.Remedy.nullable() })) }),
} as const;
