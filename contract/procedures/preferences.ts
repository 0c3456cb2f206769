import { OwnPreferences, Preferences } from '../model/preferences';
import { command, query } from './base';

/** Of the person who asks: the OS user whom the door has seen, never one that is named in the input. */
export const preferences = {
  show: query.output(OwnPreferences),
  /** Keeps what is given; what is left out stays. */
  keep: command(Preferences.partial().shape, OwnPreferences.shape),
};
