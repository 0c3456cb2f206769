import { z } from 'zod';
import { LastAction } from '../model/activity';
import { TrashedVm, UndoOffer } from '../model/undo';
import { command, query } from './base';

export const undo = {
  /** The latest changes that can be undone, newest first, without undo actions themselves. */
  list: query.input(z.strictObject({ limit: z.int().min(1).max(200).default(20) })).output(z.array(UndoOffer)),
  /** What somebody did last and did not undo yet: what one key press may undo, or why it may not. */
  last: query.output(LastAction),
  /** Undoes the change of an event, by default of the last action; refused, with the reason, if that can't be undone or later changes conflict. */
  run: command({ event: z.int().min(1).optional() }, { undone: UndoOffer }),
};

export const trash = {
  list: query.output(z.array(TrashedVm)),
  /** Permanently deletes disks that have been in the trash for this many days; 0: all. */
  empty: command({ days: z.int().min(0).max(3650).default(0) }, { vms: z.array(z.string()) }),
};
