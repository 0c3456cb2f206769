import type { Actor, Event, EventMessage, EventType, Subjects, Undoable, Written } from '../../contract';
import type { Repositories } from '../ports/store';

export type Severity = Event['severity'];

/** What a writer says of an event; who and when come from the transaction's scope. `undo`: what can be undone by it. */
export type Emit = (
  type: EventType,
  severity: Severity,
  message: Written<EventMessage>,
  subjects?: Subjects,
  undo?: Undoable | null,
) => void;

/** The engine acting by itself: repairs, retries, resumed jobs. */
export const ENGINE: Actor = { user: 'atoll', door: 'engine' };
/** A change seen from outside; who made it is not guessed. */
export const UNKNOWN: Actor = { user: 'unknown', door: 'unknown' };

/** Appends events in the transaction `tx`, all with the same actor and instant. */
export function emitter(tx: Repositories, by: Actor, at: string): Emit {
  return (type, severity, message, subjects = {}, undo = null) => {
    tx.events.append({ at, type, severity, message, by, subjects, undo });
  };
}

/** For what makes or clears a whole place in one go: its single steps are not what people would undo. */
export const withoutUndo =
  (emit: Emit): Emit =>
  (type, severity, message, subjects) =>
    emit(type, severity, message, subjects);
