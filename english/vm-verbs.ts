import type { VmVerb } from '../contract/state/vm-verbs';

/** What is done to a VM, in the middle of a sentence. */
export const VM_VERB_WORDS: Record<VmVerb, string> = {
  shutdown: 'shut down',
  stop: 'stop',
  reboot: 'reboot',
  reset: 'reset',
  suspend: 'suspend',
  resume: 'resume',
};
