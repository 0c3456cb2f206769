/** The prefix of each of these marks. */
export const PREFIX = 'atoll-nic:';

/** The object of a mark of *Setup networks*: a network's id, or a bond. */
export const BOND = 'bond';

/**
 * The mark of ownership on bridges, VLANs and bonds of regular networks. It differs from that of sealed bridges, so that nothing
 * that repairs, seals or deletes those mistakes one of these for a sealed bridge.
 */
export const setupMark = (storeId: string, what: string): string => `${PREFIX}${storeId}:${what}`;

/** The store in any mark of an Atoll; null: it is no mark. */
export const storeOfMark = (alias: string): string | null =>
  /^atoll:([0-9a-f-]{36}):[0-9a-f-]{36}(:kept)?$/.exec(alias)?.[1] ?? setupOwner(alias)?.storeId ?? null;

/** Parses such a mark: the store's id, and a network's id or BOND. Null for anything else. */
export function setupOwner(alias: string | null): { readonly storeId: string; readonly what: string } | null {
  const [, storeId, what] = /^atoll-nic:([0-9a-f-]{36}):([0-9a-f-]{36}|bond)$/.exec(alias ?? '') ?? [];
  return storeId === undefined || what === undefined ? null : { storeId, what };
}
