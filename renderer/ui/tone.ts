import type {
  AttachmentState,
  ForwardState,
  HostState,
  Incident,
  JobState,
  JobStep,
  Verdict,
  VmState,
} from '../../contract';

/** How a state feels; each tone has a colour and a shape, so that colour is never alone. */
export type Tone = 'ok' | 'busy' | 'off' | 'warn' | 'bad' | 'unknown';

export interface Feel {
  readonly tone: Tone;
  readonly words: string;
}

export const VM_FEEL: Record<VmState, Feel> = {
  down: { tone: 'off', words: 'Down' },
  wait_for_launch: { tone: 'busy', words: 'Waiting for launch' },
  powering_up: { tone: 'busy', words: 'Powering up' },
  up: { tone: 'ok', words: 'Up' },
  paused: { tone: 'warn', words: 'Paused' },
  powering_down: { tone: 'busy', words: 'Powering down' },
  reboot_in_progress: { tone: 'busy', words: 'Rebooting' },
  saving_state: { tone: 'busy', words: 'Saving state' },
  suspended: { tone: 'off', words: 'Suspended' },
  restoring_state: { tone: 'busy', words: 'Restoring state' },
  image_locked: { tone: 'busy', words: 'Image locked' },
  not_responding: { tone: 'warn', words: 'Not responding' },
  unknown: { tone: 'unknown', words: 'Unknown' },
};

export const HOST_FEEL: Record<HostState, Feel> = {
  installing: { tone: 'busy', words: 'Installing' },
  connecting: { tone: 'busy', words: 'Connecting' },
  up: { tone: 'ok', words: 'Up' },
  non_operational: { tone: 'bad', words: 'Non-operational' },
  non_responsive: { tone: 'bad', words: 'Non-responsive' },
  maintenance: { tone: 'off', words: 'Maintenance' },
  error: { tone: 'bad', words: 'Error' },
};

export const ATTACHMENT_FEEL: Record<AttachmentState, Feel> = {
  pending: { tone: 'busy', words: 'Pending' },
  in_sync: { tone: 'ok', words: 'In sync' },
  out_of_sync: { tone: 'warn', words: 'Out of sync' },
  failed: { tone: 'bad', words: 'Failed' },
  unknown: { tone: 'unknown', words: 'Unknown' },
};

export const FORWARD_FEEL: Record<ForwardState, Feel> = {
  pending: { tone: 'busy', words: 'Not open yet' },
  open: { tone: 'ok', words: 'Open' },
  failed: { tone: 'bad', words: 'Failed' },
};

export const VERDICT_FEEL: Record<Verdict, Feel> = {
  isolated: { tone: 'ok', words: 'Isolated' },
  not_isolated: { tone: 'bad', words: 'Not isolated' },
  unknown: { tone: 'unknown', words: 'Not checked' },
};

export const INCIDENT_FEEL: Record<Incident['outcome'], Feel> = {
  repaired: { tone: 'ok', words: 'Repaired' },
  open: { tone: 'warn', words: 'Not over yet' },
  failed: { tone: 'bad', words: 'Could not be repaired so far' },
};

export const JOB_FEEL: Record<JobState, Feel> = {
  queued: { tone: 'off', words: 'Queued' },
  running: { tone: 'busy', words: 'Running' },
  succeeded: { tone: 'ok', words: 'Succeeded' },
  failed: { tone: 'bad', words: 'Failed' },
  cancelled: { tone: 'off', words: 'Cancelled' },
  interrupted: { tone: 'warn', words: 'Interrupted' },
};

export const STEP_FEEL: Record<JobStep['state'], Feel> = {
  pending: { tone: 'off', words: 'Pending' },
  running: { tone: 'busy', words: 'Running' },
  succeeded: { tone: 'ok', words: 'Done' },
  failed: { tone: 'bad', words: 'Failed' },
  skipped: { tone: 'off', words: 'Skipped' },
  cancelled: { tone: 'off', words: 'Cancelled' },
};

/** The feel of a host's state that came as a plain string (the map's). */
export const hostFeel = (state: string): Feel =>
  state in HOST_FEEL ? HOST_FEEL[state as HostState] : { tone: 'unknown', words: state };
export const vmFeel = (state: string): Feel =>
  state in VM_FEEL ? VM_FEEL[state as VmState] : { tone: 'unknown', words: state };
