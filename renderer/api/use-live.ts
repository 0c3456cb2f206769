import { useSyncExternalStore } from 'react';
import { connection } from './client';
import type { ConnectionState } from './connection';

/** The connection state of this window, for the banner. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.watch, () => connection.state);
}
