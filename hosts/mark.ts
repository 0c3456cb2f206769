const MARK = /^atoll:([0-9a-f-]{36}):([0-9a-f-]{36})$/;

/** What an interface's alias says when it is an Atoll mark; null when it is anything else, however alike. */
export function ownerOf(alias: string | null): { storeId: string; networkId: string } | null {
  const [, storeId, networkId] = (alias === null ? null : MARK.exec(alias)) ?? [];
  return storeId !== undefined && networkId !== undefined ? { storeId, networkId } : null;
}
