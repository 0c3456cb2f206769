import type { Message } from '../contract/messages';
import { CHANGE_LINES, PREVIEW_PROBLEMS } from './messages/changes';
import { EVENT_TEXTS } from './messages/events';
import { JOB_TITLES, STEP_RESULTS, STEP_TITLES } from './messages/jobs';
import { PREVIEW_LINES } from './messages/previews';
import {
  APART,
  DOUBTS,
  HOST_REASONS,
  PLACEMENT_REASONS,
  PROMISE_REASONS,
  REACH_REASONS,
  STRETCH_REASONS,
  VM_REASONS,
} from './messages/reasons';
import { render } from './messages/render';
import { UNDO_ITEMS } from './messages/undo';
import type { Texts } from './messages/texts';

/** The whole catalogue. */
export const TEXTS: Texts<Exclude<Message['type'], 'text'>> = {
  ...JOB_TITLES,
  ...STEP_TITLES,
  ...STEP_RESULTS,
  ...EVENT_TEXTS,
  ...PREVIEW_LINES,
  ...CHANGE_LINES,
  ...PREVIEW_PROBLEMS,
  ...PLACEMENT_REASONS,
  ...UNDO_ITEMS,
  ...HOST_REASONS,
  ...VM_REASONS,
  ...REACH_REASONS,
  ...PROMISE_REASONS,
  ...STRETCH_REASONS,
  ...APART,
  ...DOUBTS,
};

/** What the engine says, in English: a line without a full stop. */
export const textOf = (message: Message): string => render(TEXTS, message);
