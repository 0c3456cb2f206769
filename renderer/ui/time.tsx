import { useSyncExternalStore } from 'react';
import { dayWords, momentWords } from './language';
import { text } from './text';

const TICK_MS = 5_000;
const watchers = new Set<() => void>();
let clock = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for all ages on the screen; none while no age is shown. */
function watchClock(watcher: () => void): () => void {
  if (watchers.size === 0) clock = Date.now();
  watchers.add(watcher);
  timer ??= setInterval(() => {
    clock = Date.now();
    for (const each of watchers) each();
  }, TICK_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since 1970, updated every few seconds. */
export function useNow(): number {
  return useSyncExternalStore(watchClock, () => clock);
}

/** "12 s ago", "3 min ago", "2 h ago", then the date. */
export function ageWords(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  if (seconds < 5) return text.justNow;
  if (seconds < 60) return text.secondsAgo(seconds);
  if (seconds < 3600) return text.minutesAgo(Math.floor(seconds / 60));
  if (seconds < 86_400) return text.hoursAgo(Math.floor(seconds / 3600));
  return dayWords(at);
}

/** An instant as an age, with the exact time on hover. */
export function Ago({ at, none = text.never }: { at: string | null; none?: string }) {
  const now = useNow();
  if (at === null) return <span className="soft">{none}</span>;
  return (
    <time dateTime={at} title={momentWords(at)}>
      {ageWords(at, now)}
    </time>
  );
}
