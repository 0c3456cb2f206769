import type { Message } from '../contract/messages';
import { TEXTS, textOf } from './text-of';

/** Whether a value is a message: exactly a known type and params. */
function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { type, params } = value as { type?: unknown; params?: unknown };
  const isKnown = typeof type === 'string' && (type === 'text' || Object.hasOwn(TEXTS, type));
  return isKnown && typeof params === 'object' && params !== null;
}

/**
 * An answer for scripts: each message in it as its text, and the data beside it (`message` and `messageData`, `title` and `titleData`), in
 * lists too.
 */
export function withTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTexts);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, each]: [string, unknown]) => {
    const list = Array.isArray(each) && each.length > 0 && each.every(isMessage);
    if (list) return [[key, each.map(textOf)] as const, [`${key}Data`, each] as const];
    return isMessage(each)
      ? [[key, textOf(each)] as const, [`${key}Data`, each] as const]
      : [[key, withTexts(each)] as const];
  });
  return Object.fromEntries(entries);
}
