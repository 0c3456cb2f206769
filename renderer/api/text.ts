import { catalogue } from '../ui/language';

/** What is said of the way to the engine. */
export const text = catalogue({
  en: {
    ended: 'The engine ended, or could not be reached any more, while this waited for it.',
    endedHint: 'What was acknowledged is kept. Look under Activity before doing it again.',
    silent: 'The engine does not answer',
    silentHint: 'It is tried again by itself. If it stays so, start Atoll again.',
    signedOut: 'This window is no longer signed in',
  },
});
