import type { CommandSpec } from '../spec';

export const SESSION_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['session', 'list'],
    about: 'list the browsers that are signed in, most recently used first',
    json: 'Session[]',
    run: () => import('../run/sessions').then((m) => m.sessionList),
  },
  {
    path: ['session', 'end'],
    about: 'sign browsers out; they are disconnected immediately and need a new link to sign in again',
    args: [{ name: 'SESSION', about: 'ids of sessions', optional: true, many: true }],
    options: [{ name: 'all', type: 'flag', about: 'end all sessions' }],
    changes: true,
    json: '{ ended: Session[], job: null, preview: Preview | null }',
    examples: ['atoll session end --all'],
    run: () => import('../run/sessions').then((m) => m.sessionEnd),
  },
];
