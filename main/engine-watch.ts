import { setTimeout as sleep } from 'node:timers/promises';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract, Event } from '../contract';
import { textOf } from '../english/text-of';
import type { EngineStatus, FromEngine, Notice } from './messages';

export type DesktopClient = ContractRouterClient<Contract>;

/** Events that need a person though they are no errors. */
const ALSO: ReadonlySet<Event['type']> = new Set(['store.backup_failed', 'vm.ended_from_outside']);
/** Counting again costs a little, and a burst of events is one change for the tray. */
const PACE_MS = 1_000;
const FEW_JOBS = 5;

/** What an event is to a person who does not look at the app now; null: nothing. */
export function noticeOf({ type, severity, message, subjects }: Event): Notice | null {
  if (severity !== 'error' && !ALSO.has(type)) return null;
  // A job reports the failures of its steps itself.
  if (type === 'job.step' || (severity === 'error' && type === 'network.deploy_failed' && subjects.jobId !== undefined))
    return null;
  const to = placeOfSubject(type, subjects);
  const title = severity === 'error' ? 'Atoll needs you' : 'Atoll';
  return { title, words: textOf(message), to };
}

function placeOfSubject(type: Event['type'], { jobId, vmId, networkId, hostId }: Event['subjects']): string {
  if (type.startsWith('store.')) return '/backups';
  if (jobId !== undefined) return `/activity?job=${jobId}`;
  if (vmId !== undefined) return `/vms/${vmId}`;
  if (networkId !== undefined) return `/networks/${networkId}`;
  return hostId === undefined ? '/activity?tab=events' : `/hosts/${hostId}`;
}

/** Tells main what the tray shows and what needs a person, until `signal` says that this engine ends. */
export async function tellOf(
  client: DesktopClient,
  say: (message: FromEngine) => void,
  signal: AbortSignal,
): Promise<void> {
  let wanted = true;
  const counted = (async () => {
    while (!signal.aborted) {
      if (wanted) {
        wanted = false;
        say({ kind: 'status', status: await statusOf(client) });
      }
      await sleep(PACE_MS, undefined, { ref: false, signal });
    }
  })();
  const followed = (async () => {
    for await (const event of await client.events.follow({}, { signal })) {
      wanted = true;
      const notice = noticeOf(event);
      if (notice !== null) say({ kind: 'notice', notice });
    }
  })();
  // Both end by the signal, or because the engine has ended on its own: whoever started this starts it again.
  await Promise.allSettled([counted, followed]);
}

async function statusOf(client: DesktopClient): Promise<EngineStatus> {
  const { counts } = await client.system.status();
  const jobs = await client.jobs.list({ state: 'running', limit: FEW_JOBS });
  return { vmsUp: counts.vmsUp, jobs: jobs.map(({ title }) => textOf(title)) };
}

/** Ends every running lab with its VMs. Returns what kept one from ending; null when all have ended. */
export async function stopLabs(client: DesktopClient): Promise<string | null> {
  try {
    for (const lab of await client.labs.list()) {
      if (!lab.running) continue;
      const { job } = await client.labs.stop({ lab: lab.id, stopVms: true });
      if (job === null) continue;
      for await (const state of await client.jobs.follow({ job }))
        if (state.state === 'failed') return `${textOf(state.title)}: ${state.error?.message ?? 'failed'}`;
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
