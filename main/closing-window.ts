import type { EngineStatus } from './messages';

/** close: as any window · hide: the app keeps running in the tray · ask: whether labs keep running. */
export type ClosePlan = 'close' | 'hide' | 'ask';

/** What closing the window does, by what runs and by the person's choice in the tray. On macOS an app outlives its windows anyway. */
export function closePlan(status: EngineStatus | null, keepRunning: boolean, platform: NodeJS.Platform): ClosePlan {
  if (platform === 'darwin' || status === null) return 'close';
  const busy = status.vmsUp > 0 || status.jobs.length > 0;
  if (!busy) return 'close';
  if (keepRunning) return 'hide';
  return status.vmsUp > 0 ? 'ask' : 'close';
}
