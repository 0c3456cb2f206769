import { WireGuardKey, say } from '../../../contract';
import type { Emit } from '../../core/events';
import type { ObservedHost } from '../../ports/observed';
import type { HostRow, Repositories, TunnelRow } from '../../ports/store';

/**
 * Writes the public keys and the port that a host reports for its tunnel; the other hosts of its networks get them as soon as they are
 * known. A key that is none, or that another host has, is not taken over: it would take that host's place on all others.
 */
export function recordTunnel(tx: Repositories, host: HostRow, { tunnel }: ObservedHost, emit: Emit): void {
  const row = tunnel ? tx.tunnels.get(host.id) : undefined;
  if (!tunnel || !row) return;
  const others = tx.tunnels.list().filter(({ hostId }) => hostId !== host.id);
  const isFree = (key: string): boolean =>
    WireGuardKey.safeParse(key).success && !others.some((each) => each.publicKey === key || each.nextKey === key);
  const { publicKey, nextKey } = tunnel;
  const patch: Partial<TunnelRow> = {};
  if (publicKey !== null && publicKey !== row.publicKey && isFree(publicKey)) patch.publicKey = publicKey;
  if (nextKey !== row.nextKey && (nextKey === null || isFree(nextKey))) patch.nextKey = nextKey;
  if (tunnel.port !== null && tunnel.port !== row.port) patch.port = tunnel.port;
  // The host uses its next key now: the rotation is done.
  if (row.rotation === 'switch' && publicKey !== null && publicKey === row.nextKey) patch.rotation = 'none';
  if (Object.keys(patch).length === 0) return;
  tx.tunnels.update(host.id, patch);
  if (patch.publicKey !== undefined && row.publicKey !== null)
    emit('tunnel.key', patch.rotation === 'none' ? 'normal' : 'warning', say('tunnel.key', { host: host.name }), {
      hostId: host.id,
    });
}
