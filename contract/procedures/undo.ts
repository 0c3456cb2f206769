import { z } from 'zod';
import { TrashedVm, UndoOffer } from '../model/undo';
import { command, query } from './base';

export const undo = {
  /** What was done last and is not undone, newest first. What undoing did is not among it. */
  list: query.input(z.strictObject({ limit: z.int().min(1).max(200).default(20) })).output(z.array(UndoOffer)),
  /** Undoes what an event tells, by default the newest of `list`; refused, with the reason, when the world has moved on. */
  run: command({ event: z.int().min(1).optional() }, { undone: UndoOffer }),
};

export const trash = {
  list: query.output(z.array(TrashedVm)),
  /** Deletes for good what has lain there for so many days at least; 0: all. */
  empty: command({ days: z.int().min(0).max(3650).default(0) }, { vms: z.array(z.string()) }),
};
