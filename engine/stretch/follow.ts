import type { Core } from '../context';
import { rowsOfHost, wantedFor } from '../plan/model/wanted';
import type { Touched } from '../ports/store';

/** Milliseconds over which commits are gathered: one command changes many hosts. */
const GATHER_MS = 30;

/** What the tunnels follow from. */
const KINDS: ReadonlySet<Touched['kind']> = new Set<Touched['kind']>(['network', 'attachment', 'host', 'tunnel']);

/**
 * Keeps the tunnels of hosts as their networks, keys and ways are, whatever changed them: a key that was observed reaches the other
 * hosts, and a removed host disappears from all of them at once. Returns the function that stops it.
 */
export function followTunnels(core: Core): () => void {
  const { store, clock, actors } = core;
  /** The desired tunnel of each host when it was last asked to follow. */
  const known = new Map<string, string>();
  let cancel: (() => void) | null = null;

  const look = (): void => {
    cancel = null;
    const hosts = new Set([...known.keys(), ...store.tunnels.list().map(({ hostId }) => hostId)]);
    for (const hostId of hosts) {
      const rows = rowsOfHost(store, hostId);
      const tunnel = (rows && wantedFor(store.storeId, rows).tunnel) ?? null;
      const now = tunnel === null ? '' : JSON.stringify([tunnel.spec.settings, tunnel.spec.ends, tunnel.nextKey]);
      if (now === (known.get(hostId) ?? '')) continue;
      if (now === '') known.delete(hostId);
      else known.set(hostId, now);
      actors.find(hostId)?.nudge();
    }
  };

  const unsubscribe = store.onCommit((touched) => {
    if (touched.some(({ kind }) => KINDS.has(kind))) cancel ??= clock.after(GATHER_MS, look);
  });
  return () => {
    unsubscribe();
    cancel?.();
  };
}
