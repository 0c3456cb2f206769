import type { CommandSpec } from '../spec';

const password = {
  name: 'password-stdin',
  type: 'flag',
  about: 'ask for the password, or read it from stdin; otherwise one is generated and shown once',
} as const;

export const API_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['api', 'enable'],
    about: 'enable the oVirt API on 127.0.0.1, for clients written for oVirt',
    options: [
      {
        name: 'port',
        type: 'number',
        value: 'PORT',
        about: 'port on 127.0.0.1 (default: any free one, kept from then on)',
      },
      password,
      { name: 'insecure-http', type: 'flag', about: 'serve plain HTTP instead of HTTPS' },
    ],
    changes: true,
    json: '{ api: OvirtApi, password: string | null, job: null, preview: Preview | null }',
    examples: ['atoll api enable', 'pass show atoll | atoll api enable --port 8443 --password-stdin'],
    run: () => import('../run/api').then((m) => m.apiEnable),
  },
  {
    path: ['api', 'show'],
    about: 'show the URL of the oVirt API and what its clients need',
    json: 'OvirtApi',
    run: () => import('../run/api').then((m) => m.apiShow),
  },
  {
    path: ['api', 'password'],
    about: 'replace the password of the oVirt API; its clients are signed out',
    options: [password],
    changes: true,
    json: '{ api: OvirtApi, password: string | null, job: null, preview: Preview | null }',
    run: () => import('../run/api').then((m) => m.apiPassword),
  },
  {
    path: ['api', 'disable'],
    about: 'disable the oVirt API',
    changes: true,
    json: '{ api: OvirtApi, job: null, preview: Preview | null }',
    run: () => import('../run/api').then((m) => m.apiDisable),
  },
];
