/** What the console screen says. */
export const text = {
  ended: 'The console has ended: the VM is not running.',
  again: 'Connect again',
  hint: 'Serial console. What you type goes to the VM.',
  start: 'Start the VM to use its console.',
} as const;
