import type { ObservedBridge } from '../engine/ports/observed';

const MARK = /^atoll:([0-9a-f-]{36}):([0-9a-f-]{36})(:kept)?$/;

/** Parses an interface's alias as an Atoll mark; null for anything else, however similar. */
export function ownerOf(alias: string | null): ObservedBridge['owner'] {
  const [, storeId, networkId, kept] = (alias === null ? null : MARK.exec(alias)) ?? [];
  if (storeId === undefined || networkId === undefined) return null;
  return kept === undefined ? { storeId, networkId } : { storeId, networkId, kept: true };
}
