import type { HostReason, Remedy, VmReason } from '../../contract';
import { reasonParts } from '../../english';

/** A reason as the widget for states takes it. */
export function stateReason(reason: HostReason | VmReason | null): {
  readonly reason: string | null;
  readonly remedy: Remedy | null;
} {
  if (reason === null) return { reason: null, remedy: null };
  const { words, remedy } = reasonParts(reason);
  return { reason: words, remedy };
}
