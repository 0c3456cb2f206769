import type { ArgSpec, OptionSpec } from '../option-spec';
import type { CommandSpec } from '../spec';

const PROMISE: ArgSpec = { name: 'PROMISE', about: 'id, its beginning, or the sentence', complete: 'promise' };
const PLACE: OptionSpec = {
  name: 'datacenter',
  type: 'text',
  value: 'DC',
  about: 'data center (default: Default)',
  complete: 'dataCenter',
};
const SEVERITY: OptionSpec = {
  name: 'severity',
  type: 'text',
  value: 'S',
  about: 'refuse: commands that would break it are refused; warn: they warn',
  complete: ['refuse', 'warn'],
};
const NOTE: OptionSpec = { name: 'note', type: 'text', value: 'TEXT', about: 'note of its owner' };
const CHANGE = 'job: string | null, preview: Preview | null }';

export const PROMISE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['promise', 'list'],
    about: 'list the promises with their states',
    options: [
      { ...PLACE, about: 'only of this data center' },
      {
        name: 'state',
        type: 'text',
        value: 'S',
        about: 'only in this state',
        complete: ['kept', 'broken', 'unknown', 'no_subject'],
      },
    ],
    json: 'IsolationPromise[]',
    run: () => import('../run/promises').then((m) => m.promiseList),
  },
  {
    path: ['promise', 'show'],
    about: 'show a promise: its state, the path that breaks it, and when it was not kept',
    args: [PROMISE],
    json: '{ promise: IsolationPromise, breaches: PromiseBreach[] }',
    run: () => import('../run/promises').then((m) => m.promiseShow),
  },
  {
    path: ['promise', 'add'],
    about: 'add a promise; every later change is checked against it',
    args: [
      {
        name: 'SENTENCE',
        about: 'what is promised; put a name that contains spaces in double quotes within it',
        many: true,
      },
    ],
    options: [PLACE, { ...SEVERITY, about: `${SEVERITY.about} (default: refuse)` }, NOTE],
    changes: true,
    json: `{ promise: IsolationPromise, contradictions: Contradiction[], ${CHANGE}`,
    examples: [
      'atoll promise add cameras never reach office',
      'atoll promise add vault has no external access --severity warn',
      'atoll promise add plant reaches lab only through gw --note "asked by Ann"',
      "atoll promise add 'blue is isolated on every host (verified at most 1 h ago)'",
    ],
    run: () => import('../run/promises').then((m) => m.promiseAdd),
  },
  {
    path: ['promise', 'update'],
    about: 'change the severity or the note of a promise',
    args: [PROMISE],
    options: [SEVERITY, NOTE],
    changes: true,
    json: `{ promise: IsolationPromise, ${CHANGE}`,
    run: () => import('../run/promises').then((m) => m.promiseUpdate),
  },
  {
    path: ['promise', 'remove'],
    about: 'remove a promise',
    args: [PROMISE],
    changes: true,
    destructive: true,
    json: `{ ${CHANGE}`,
    run: () => import('../run/promises').then((m) => m.promiseRemove),
  },
  {
    path: ['promise', 'check'],
    about: 'evaluate promises now; exits with 0 if all are kept, 1 if one is broken, 2 if one is unknown, 3 on errors',
    args: [{ ...PROMISE, optional: true, many: true }],
    options: [PLACE],
    json: "{ verdict: 'kept' | 'broken' | 'unknown', promises: IsolationPromise[] }",
    run: () => import('../run/promises').then((m) => m.promiseCheck),
  },
  {
    path: ['promise', 'groups'],
    about: 'list the groups that promises can name',
    options: [{ ...PLACE, about: 'only of this data center' }],
    json: 'PromiseGroup[]',
    run: () => import('../run/promises').then((m) => m.promiseGroups),
  },
  {
    path: ['promise', 'set-group'],
    about: 'create a group, or replace its members',
    args: [
      { name: 'GROUP', about: 'name of the group' },
      { name: 'MEMBER', about: 'a name, or vm:NAME, network:NAME, host:NAME, label:NAME, group:NAME', many: true },
    ],
    options: [PLACE],
    changes: true,
    json: `{ group: PromiseGroup, ${CHANGE}`,
    examples: ['atoll promise set-group students pc1 pc2 network:classroom'],
    run: () => import('../run/promises').then((m) => m.promiseSetGroup),
  },
  {
    path: ['promise', 'remove-group'],
    about: 'remove a group that no promise uses',
    args: [{ name: 'GROUP', about: 'name or id of the group' }],
    options: [PLACE],
    changes: true,
    destructive: true,
    json: `{ ${CHANGE}`,
    run: () => import('../run/promises').then((m) => m.promiseRemoveGroup),
  },
  {
    path: ['verify'],
    about: 'verify promises; exits with 0 if all are kept, 1 if one is broken, 2 if one is unknown, 3 on errors',
    args: [
      {
        name: 'FILE',
        about: 'a lab file: only its promises (default: all of the data center); - for stdin',
        optional: true,
        complete: 'file',
      },
    ],
    options: [
      PLACE,
      {
        name: 'live',
        type: 'flag',
        about: 'also measure, with temporary probes on the hosts and with guest agents',
      },
      { name: 'junit', type: 'text', value: 'OUT', about: 'write a JUnit report to this new file', complete: 'file' },
      { name: 'html', type: 'text', value: 'OUT', about: 'write a signed page to this new file', complete: 'file' },
      { name: 'page', type: 'text', value: 'PAGE', about: 'check a signed page instead', complete: 'file' },
      { name: 'key', type: 'text', value: 'SHA256', about: 'with --page: the fingerprint of the key that signed it' },
    ],
    json: 'Verification',
    examples: ['atoll verify lab.yaml --live --junit report.xml', 'atoll verify --html promises.html'],
    run: () => import('../run/verify').then((m) => m.verify),
  },
];
