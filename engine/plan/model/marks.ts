/** How each of these marks begins. */
export const PREFIX = 'atoll-nic:';

/** What a mark on something of *Setup networks* stands for: a network's id, or a bond. */
export const BOND = 'bond';

/**
 * The mark of ownership on bridges, VLANs and bonds of regular networks. It differs from that of sealed bridges, so that
 * nothing that repairs, seals or deletes those ever takes one of these for its own.
 */
export const setupMark = (storeId: string, what: string): string => `${PREFIX}${storeId}:${what}`;

/** The store in the mark of an Atoll, of whichever sort; null: it is no mark. */
export const storeOfMark = (alias: string): string | null =>
  /^atoll:([0-9a-f-]{36}):[0-9a-f-]{36}(:kept)?$/.exec(alias)?.[1] ?? setupOwner(alias)?.storeId ?? null;

/** Reads such a mark: the store's id, and a network's id or BOND. Null for anything else. */
export function setupOwner(alias: string | null): { readonly storeId: string; readonly what: string } | null {
  const [, storeId, what] = /^atoll-nic:([0-9a-f-]{36}):([0-9a-f-]{36}|bond)$/.exec(alias ?? '') ?? [];
  return storeId === undefined || what === undefined ? null : { storeId, what };
}
