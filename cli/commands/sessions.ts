import type { CommandSpec } from '../spec';

export const SESSION_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['session', 'list'],
    about: 'the browsers that are signed in to the app of this home, the one used last first',
    json: 'Session[]',
    run: () => import('../run/sessions').then((m) => m.sessionList),
  },
  {
    path: ['session', 'end'],
    about: 'sign browsers out: their windows are disconnected at once, and only a new link lets them in again',
    args: [{ name: 'SESSION', about: 'ids from the list', optional: true, many: true }],
    options: [{ name: 'all', type: 'flag', about: 'all of them' }],
    changes: true,
    json: '{ ended: Session[], job: null, preview: Preview | null }',
    examples: ['atoll session end --all'],
    run: () => import('../run/sessions').then((m) => m.sessionEnd),
  },
];
