import type { CommandSpec } from '../spec';

export const SYSTEM_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['start'],
    about:
      'open the app in the browser, on this computer only; stays until Ctrl-C, or, when the app is open already, opens it once more',
    options: [
      { name: 'port', type: 'number', value: 'N', about: 'the port on 127.0.0.1 (else any free one)' },
      { name: 'no-open', type: 'flag', about: 'print the link, open no browser' },
      {
        name: 'window',
        type: 'flag',
        about: 'open it as a window of its own, and end soon after the last one was closed',
      },
    ],
    json: '{ port: number, link: string, opened: boolean }; it stays when it opened the door',
    run: () => import('../run/start').then((m) => m.start),
  },
  {
    path: ['link'],
    about: 'print another link to the app that is open in the browser; it works once, within a minute',
    json: '{ link: string }',
    run: () => import('../run/start').then((m) => m.link),
  },
  {
    path: ['doctor'],
    about: 'what this computer can do, and the remedy for each gap',
    options: [
      { name: 'fix', type: 'flag', about: 'run the remedies, after asking' },
      { name: 'yes', type: 'flag', about: 'with --fix: do not ask' },
    ],
    json: 'Doctor',
    run: () => import('../run/doctor').then((m) => m.doctor),
  },
  {
    path: ['version'],
    about: 'the version of this command',
    json: '{ version: string, build: string, contract: number, node: string }',
    run: () => import('../run/version').then((m) => m.version),
  },
  {
    path: ['status'],
    about: 'whether an engine runs in this home, and what it has; starts none',
    json: '{ running: boolean, home: string, engine: Status | null }',
    run: () => import('../run/status').then((m) => m.status),
  },
  {
    path: ['stop'],
    about: 'end the engine of this home; labs and VMs go on',
    json: '{ stopped: boolean }',
    run: () => import('../run/status').then((m) => m.stop),
  },
  {
    path: ['demo'],
    about: 'two isolated networks and four running tiny VMs, one of them on both; or a simulated data center by name',
    options: [
      { name: 'simulated', type: 'flag', about: 'on a simulated host instead of a lab' },
      {
        name: 'scenario',
        type: 'text',
        value: 'NAME',
        about: 'another simulated data center',
        complete: 'scenario',
      },
      { name: 'outside', type: 'flag', about: 'in the lab with a way out: one VM also serves a page to this computer' },
      { name: 'list', type: 'flag', about: 'list the scenarios' },
      { name: 'remove', type: 'flag', about: 'remove what the demo made; of a scenario all in its data center' },
      { name: 'reset', type: 'flag', about: 'remove a scenario and make it again, as it was on the first day' },
    ],
    changes: true,
    destructive: true,
    json: '{ host: string, networks: string[], vms: string[], page: string | null, job: string | null, preview: Preview | null }; with --remove { removed: string[], job, preview }; with --list Scenario[]',
    examples: ['atoll demo --outside', 'atoll demo --scenario three-hosts', 'atoll demo --scenario bad-day --reset'],
    run: () => import('../run/demo').then((m) => m.demo),
  },
  {
    path: ['report'],
    about:
      'write what one may attach when something is wrong: doctor, states, what happened last, logs, crashes; secrets are cut out',
    options: [{ name: 'out', type: 'text', value: 'FILE', about: 'where to; must not exist yet', complete: 'file' }],
    json: '{ file: string }',
    run: () => import('../run/report').then((m) => m.report),
  },
  {
    path: ['completion'],
    about: 'print the completion script of a shell',
    args: [{ name: 'SHELL', about: 'bash, zsh or fish', complete: ['bash', 'zsh', 'fish'] }],
    json: '{ script: string }',
    examples: ['source <(atoll completion bash)', 'atoll completion fish > ~/.config/fish/completions/atoll.fish'],
    run: () => import('../run/completion').then((m) => m.completion),
  },
];
