/** The actions that are one command on the VM's host. A start, and resuming saved memory, are more. */
export const VM_VERBS = ['shutdown', 'stop', 'reboot', 'reset', 'suspend', 'resume'] as const;
export type VmVerb = (typeof VM_VERBS)[number];
