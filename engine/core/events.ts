import type { Actor, Event, EventMessage, EventType, Subjects, Undoable, Written } from '../../contract';
import type { Repositories } from '../ports/store';

export type Severity = Event['severity'];

/** An event as its writer describes it; actor and time come from the transaction's scope. `undo`: the change that can be undone. */
export type Emit = (
  type: EventType,
  severity: Severity,
  message: Written<EventMessage>,
  subjects?: Subjects,
  undo?: Undoable | null,
) => void;

/** The engine acting automatically: repairs, retries, resumed jobs. */
export const ENGINE: Actor = { user: 'atoll', door: 'engine' };
/** An outside change; its author is not guessed. */
export const UNKNOWN: Actor = { user: 'unknown', door: 'unknown' };

/** Appends events in the transaction `tx`, all with the same actor and time. */
export function emitter(tx: Repositories, by: Actor, at: string): Emit {
  return (type, severity, message, subjects = {}, undo = null) => {
    tx.events.append({ at, type, severity, message, by, subjects, undo });
  };
}

/** For operations that create or clear a whole data center: users would not undo their single steps. */
export const withoutUndo =
  (emit: Emit): Emit =>
  (type, severity, message, subjects) =>
    emit(type, severity, message, subjects);
