import type { LastAction } from '../../contract';
import { client } from '../api/client';
import { text } from './text';

/** Events that are searched for the one that an undo wrote. */
const SEARCHED = 200;

/** A change of a running VM can be undone once its job is done, which takes a moment. */
const WAIT_MS = 3000;
const STEP_MS = 100;

/** The last action as the engine knows it, a short job done. */
export async function newestAction(): Promise<LastAction> {
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const last = await client.undo.last();
    const isRunning = last.job?.state === 'running' || last.job?.state === 'queued';
    if (!isRunning || Date.now() > until) return last;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

/** Undoes an undo: its own event, which its job may still have to write. */
export async function redo(event: number): Promise<void> {
  const events = await client.events.list({ limit: SEARCHED });
  const undoing = events.find(({ subjects, undo }) => subjects.undoes === event && undo !== null);
  if (undoing === undefined) throw new Error(text.redoTooEarly);
  await client.undo.run({ event: undoing.seq });
}
