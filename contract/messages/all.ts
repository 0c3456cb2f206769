import type { z } from 'zod';
import { EVENT_MESSAGES } from './events';
import { JOB_TITLES, STEP_RESULTS, STEP_TITLES } from './jobs';
import { type MessageOf, OLD_TEXT, messageOf } from './message';
import { CHANGE_LINES, PREVIEW_LINES, PREVIEW_PROBLEMS } from './previews';
import {
  APART,
  DOUBTS,
  HOST_REASONS,
  PLACEMENT_REASONS,
  PROMISE_REASONS,
  REACH_REASONS,
  STRETCH_REASONS,
  VM_REASONS,
} from './reasons';
import { UNDO_ITEMS } from './undo';

/**
 * All that the engine says to people, apart from errors: events, titles and steps of jobs, lines of dry runs, reasons. Each is a type
 * and its params, so that a door can say it in its own way and language; the English is in english/.
 */
export const MESSAGES = {
  ...OLD_TEXT,
  ...JOB_TITLES,
  ...STEP_TITLES,
  ...STEP_RESULTS,
  ...EVENT_MESSAGES,
  ...PREVIEW_LINES,
  ...CHANGE_LINES,
  ...PREVIEW_PROBLEMS,
  ...PLACEMENT_REASONS,
  ...UNDO_ITEMS,
  ...HOST_REASONS,
  ...VM_REASONS,
  ...REACH_REASONS,
  ...STRETCH_REASONS,
  ...PROMISE_REASONS,
  ...APART,
  ...DOUBTS,
};
export type MessageType = keyof typeof MESSAGES;
export type Params<T extends MessageType> = z.infer<(typeof MESSAGES)[T]>;

export type Message = MessageOf<typeof MESSAGES>;
export const Message: z.ZodType<Message> = messageOf(MESSAGES);

const events = { ...OLD_TEXT, ...EVENT_MESSAGES };
export type EventMessage = MessageOf<typeof events>;
export const EventMessage: z.ZodType<EventMessage> = messageOf(events);

/** What can be written today: no old text. */
export type Written<M extends Message> = Exclude<M, { readonly type: 'text' }>;

/** A stored message: an unreadable one (of another version, or damaged) is shown as stored. */
export function readMessage<M extends Message>(schema: z.ZodType<M>, kept: string): M | MessageOf<typeof OLD_TEXT> {
  let value: unknown;
  try {
    value = JSON.parse(kept);
  } catch {
    // It is shown as text.
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : { type: 'text', params: { text: kept } };
}
