import type {
  AttachmentState,
  DoctorCheck,
  ForwardState,
  HostState,
  PointCounts,
  PromiseState,
  Incident,
  JobState,
  JobStep,
  Verdict,
  VmState,
} from '../../contract';
import { text } from './text';

/** The tone of a state; each tone has a color and a shape, so that color is never the only signal. */
export type Tone = 'ok' | 'busy' | 'off' | 'warn' | 'bad' | 'unknown';

export interface Feel {
  readonly tone: Tone;
  readonly words: string;
}

/** The tone and text of each state. */
function feels<S extends string>(
  words: Readonly<Record<S, string>>,
  tones: Readonly<Record<S, Tone>>,
): Record<S, Feel> {
  const states = Object.keys(tones) as S[];
  return Object.fromEntries(states.map((state) => [state, { tone: tones[state], words: words[state] }])) as Record<
    S,
    Feel
  >;
}

export const VM_FEEL = feels<VmState>(text.states.vm, {
  down: 'off',
  wait_for_launch: 'busy',
  powering_up: 'busy',
  up: 'ok',
  paused: 'warn',
  powering_down: 'busy',
  reboot_in_progress: 'busy',
  saving_state: 'busy',
  suspended: 'off',
  restoring_state: 'busy',
  image_locked: 'busy',
  not_responding: 'warn',
  unknown: 'unknown',
});

export const HOST_FEEL = feels<HostState>(text.states.host, {
  installing: 'busy',
  connecting: 'busy',
  up: 'ok',
  non_operational: 'bad',
  non_responsive: 'bad',
  maintenance: 'off',
  error: 'bad',
});

export const ATTACHMENT_FEEL = feels<AttachmentState>(text.states.attachment, {
  pending: 'busy',
  in_sync: 'ok',
  out_of_sync: 'warn',
  failed: 'bad',
  unknown: 'unknown',
});

export const FORWARD_FEEL = feels<ForwardState>(text.states.forward, {
  pending: 'busy',
  open: 'ok',
  failed: 'bad',
});

export const PROMISE_FEEL = feels<PromiseState>(text.states.promise, {
  kept: 'ok',
  broken: 'bad',
  unknown: 'unknown',
  no_subject: 'warn',
});

/** Promises that need attention come first. */
export const GRAVEST_PROMISE: readonly PromiseState[] = ['broken', 'unknown', 'no_subject', 'kept'];

export const VERDICT_FEEL = feels<Verdict>(text.states.verdict, {
  isolated: 'ok',
  not_isolated: 'bad',
  unknown: 'unknown',
});

/** A verdict never says more than its points: what was not checked, and what failed without a way in or out, is counted beside it. */
export function verdictFeel(
  { verdict, points, unchecked, failed }: PointCounts & { readonly verdict: Verdict },
  isShort = false,
): Feel & { readonly isPartial: boolean } {
  const feel = VERDICT_FEEL[verdict];
  if (verdict !== 'not_isolated' && failed > 0) {
    const said = verdict === 'unknown' ? text.notProven : feel.words;
    const words = isShort ? text.failedShort(said, failed) : text.failedOf(said, failed, points);
    return { tone: 'warn', words, isPartial: false };
  }
  const isPartial = verdict === 'isolated' && unchecked > 0;
  if (!isPartial) return { ...feel, isPartial };
  const checked = points - unchecked;
  const words = isShort ? text.checkedShort(feel.words, checked, points) : text.checkedOf(feel.words, checked, points);
  return { ...feel, words, isPartial };
}

export const INCIDENT_FEEL = feels<Incident['outcome']>(text.states.incident, {
  repaired: 'ok',
  open: 'warn',
  failed: 'bad',
});

export const CHECK_FEEL = feels<DoctorCheck['state']>(text.states.check, {
  missing: 'bad',
  warning: 'warn',
  ok: 'ok',
});

export const JOB_FEEL = feels<JobState>(text.states.job, {
  queued: 'off',
  running: 'busy',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'off',
  interrupted: 'warn',
});

export const STEP_FEEL = feels<JobStep['state']>(text.states.step, {
  pending: 'off',
  running: 'busy',
  succeeded: 'ok',
  failed: 'bad',
  skipped: 'off',
  cancelled: 'off',
});

/** The tone and text of a host state given as a plain string (from the map). */
export const hostFeel = (state: string): Feel =>
  state in HOST_FEEL ? HOST_FEEL[state as HostState] : { tone: 'unknown', words: state };
export const vmFeel = (state: string): Feel =>
  state in VM_FEEL ? VM_FEEL[state as VmState] : { tone: 'unknown', words: state };
