import { OwnPreferences, Preferences } from '../model/preferences';
import { command, query } from './base';

/** Of the calling OS user, whom the door has identified; never of a user named in the input. */
export const preferences = {
  show: query.output(OwnPreferences),
  /** Saves the given fields; omitted ones stay unchanged. */
  keep: command(Preferences.partial().shape, OwnPreferences.shape),
};
