const MARK = /^atoll:([0-9a-f-]{36}):([0-9a-f-]{36})$/;

/** What an interface's alias says when it is an Atoll mark; null when it is anything else. */
export function ownerOf(alias: string | null): { storeId: string; networkId: string } | null {
  const found = alias === null ? null : MARK.exec(alias);
  return found ? { storeId: found[1]!, networkId: found[2]! } : null;
}
