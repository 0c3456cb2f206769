import { v7 } from 'uuid';

/** A new id. Version 7: ids made later sort later, so rows land at the end of their index. */
export const newId = (): string => v7();

/** An instant as the store and the contract have it: ISO 8601 in UTC with milliseconds. */
export const instant = (ms: number): string => new Date(ms).toISOString();
