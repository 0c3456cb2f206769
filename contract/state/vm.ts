import type { Boot, VmState } from '../model/vm';

/** What can be asked of a VM in each state (rule source: oVirt's action matrix). Screens show the reason, handlers refuse by it. */
export const VM_ACTIONS = [
  'start',
  'shutdown',
  'stop',
  'reboot',
  'reset',
  'suspend',
  'resume',
  'update',
  'remove',
  'move',
  'editVnics',
  'console',
  'screen',
  'snapshot',
  'revert',
] as const;
export type VmAction = (typeof VM_ACTIONS)[number];

const TABLE: Record<VmState, readonly VmAction[]> = {
  down: ['start', 'update', 'remove', 'move', 'editVnics', 'snapshot', 'revert'],
  wait_for_launch: ['stop', 'console', 'screen'],
  powering_up: ['shutdown', 'stop', 'reboot', 'reset', 'console', 'screen', 'revert'],
  up: ['shutdown', 'stop', 'reboot', 'reset', 'suspend', 'editVnics', 'console', 'screen', 'snapshot', 'revert'],
  paused: ['resume', 'start', 'stop', 'console', 'screen', 'revert'],
  powering_down: ['stop', 'reset', 'console', 'screen', 'revert'],
  reboot_in_progress: ['stop', 'reset', 'console', 'screen', 'revert'],
  saving_state: ['console', 'screen'],
  suspended: ['start', 'resume', 'stop', 'revert'],
  restoring_state: ['stop', 'console', 'screen'],
  image_locked: [],
  not_responding: ['stop', 'reset', 'console', 'screen', 'revert'],
  unknown: [],
};

/** Whether `action` is possible in `state`. */
export function vmAllows(state: VmState, action: VmAction): boolean {
  return TABLE[state].includes(action);
}

/** The states in which `action` is possible, for the words of a refusal. */
export function vmStatesFor(action: VmAction): VmState[] {
  return (Object.keys(TABLE) as VmState[]).filter((state) => TABLE[state].includes(action));
}

/** States in which a VM uses memory and its plugged, linked vNICs hear their island. */
export const RUNNING: readonly VmState[] = [
  'powering_up',
  'up',
  'powering_down',
  'reboot_in_progress',
  'not_responding',
  'wait_for_launch',
  'restoring_state',
  'saving_state',
  'paused',
];
export const isRunning = (state: VmState): boolean => RUNNING.includes(state);

/** Why a VM that boots so has no screen, in words; null when it has one. */
export function whyNoScreen(boot: Pick<Boot, 'kind'>): string | null {
  return boot.kind === 'tiny' ? 'The tiny guest has no screen: its serial console is all it shows.' : null;
}
