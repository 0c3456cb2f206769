import type { Message } from '../contract/messages';
import { EVENT_TEXTS } from './messages/events';
import { JOB_TITLES, STEP_RESULTS, STEP_TITLES } from './messages/jobs';
import { render } from './messages/render';
import type { Texts } from './messages/texts';

/** The whole catalogue. */
export const TEXTS: Texts<Exclude<Message['type'], 'text'>> = {
  ...JOB_TITLES,
  ...STEP_TITLES,
  ...STEP_RESULTS,
  ...EVENT_TEXTS,
};

/** What the engine says, in English: a line without a full stop. */
export const textOf = (message: Message): string => render(TEXTS, message);
