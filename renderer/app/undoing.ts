import { client } from '../api/client';
import { text } from './text';

/** Events that are searched for the one that an undo wrote. */
const SEARCHED = 200;

/** Undoes an undo: its own event, which its job may still have to write. */
export async function redo(event: number): Promise<void> {
  const events = await client.events.list({ limit: SEARCHED });
  const undoing = events.find(({ subjects, undo }) => subjects.undoes === event && undo !== null);
  if (undoing === undefined) throw new Error(text.redoTooEarly);
  await client.undo.run({ event: undoing.seq });
}
