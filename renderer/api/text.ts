import { catalogue } from '../ui/language';

/** Texts about the connection to the engine. */
export const text = catalogue({
  en: {
    ended: 'The engine stopped, or the connection to it was lost, before this finished.',
    endedHint: 'Completed changes are saved. Check Activity before you try again.',
    silent: 'Engine not responding',
    silentHint: 'Atoll retries automatically. If this persists, restart Atoll.',
    signedOut: 'This window is signed out',
  },
});
