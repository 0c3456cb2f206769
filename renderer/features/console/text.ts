/** What the console and the screen say. */
export const text = {
  start: 'Start the VM to use its console.',
  startScreen: 'Start the VM to see its screen.',
  ended: 'The VM has closed it.',
  retrying: 'Connecting again…',
  again: 'Connect again',
  hint: 'Serial console. What you type goes to the VM.',
  copyHint: 'Copy: Ctrl-Shift-C. Paste: Ctrl-Shift-V.',
  screenHint: 'Click into the screen to type; click outside of it to get the keyboard back.',
  fit: 'Fit to window',
  ctrlAltDel: 'Ctrl-Alt-Del',
  paste: 'Type a text…',
  notYet: 'The screen is not connected yet.',
  busy: 'A text is being typed.',
  password: 'This screen asks for a password, which was set outside of Atoll.',
  pasteTitle: 'Type a text into the VM',
  pasteMeans:
    'It is typed key by key on an English (US) keyboard, so it works in any guest, also before one has booted.',
  pasteLabel: 'Text',
  pasteSubmit: 'Type it',
  noKey: (signs: readonly string[]) => `An English keyboard has no key for ${signs.slice(0, 10).join(' ')}`,
} as const;
