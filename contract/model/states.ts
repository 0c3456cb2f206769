import { z } from 'zod';

export const HostKind = z.enum(['lab', 'simulated', 'local', 'ssh']);
export type HostKind = z.infer<typeof HostKind>;

export const HostState = z.enum([
  'installing',
  'connecting',
  'up',
  'non_operational',
  'non_responsive',
  'maintenance',
  'error',
]);
export type HostState = z.infer<typeof HostState>;

export const VmState = z.enum([
  'down',
  'wait_for_launch',
  'powering_up',
  'up',
  'paused',
  'powering_down',
  'reboot_in_progress',
  'saving_state',
  'suspended',
  'restoring_state',
  'image_locked',
  'not_responding',
  'unknown',
]);
export type VmState = z.infer<typeof VmState>;

export const Verdict = z.enum(['isolated', 'not_isolated', 'unknown']);
export type Verdict = z.infer<typeof Verdict>;
