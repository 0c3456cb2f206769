import type { ObservedBridge } from '../engine/ports/observed';

const MARK = /^atoll:([0-9a-f-]{36}):([0-9a-f-]{36})(:kept)?$/;

/** What an interface's alias says when it is an Atoll mark; null when it is anything else, however alike. */
export function ownerOf(alias: string | null): ObservedBridge['owner'] {
  const [, storeId, networkId, kept] = (alias === null ? null : MARK.exec(alias)) ?? [];
  if (storeId === undefined || networkId === undefined) return null;
  return kept === undefined ? { storeId, networkId } : { storeId, networkId, kept: true };
}
