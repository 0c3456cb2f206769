import type { HostReason, VmReason } from '../contract/messages';
import type { Remedy } from '../contract/model/remedy';
import { textOf } from './text-of';

/** A reason without its remedy, and the remedy, for a screen that has something to click for it. */
export function reasonParts(reason: HostReason | VmReason): { readonly words: string; readonly remedy: Remedy | null } {
  const { params } = reason;
  if (!('remedy' in params) || params.remedy === null) return { words: textOf(reason), remedy: null };
  const bare = { ...reason, params: { ...params, remedy: null } } as HostReason | VmReason;
  return { words: textOf(bare), remedy: params.remedy };
}
