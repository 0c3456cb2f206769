import type { CommandSpec } from '../spec';

export const SYSTEM_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['start'],
    about:
      'open the app in the browser, on this computer only, and run until Ctrl-C; if the app is already open, only open it again',
    options: [
      { name: 'port', type: 'number', value: 'N', about: 'port on 127.0.0.1 (default: any free one)' },
      { name: 'no-open', type: 'flag', about: 'print the sign-in link instead of opening a browser' },
      {
        name: 'window',
        type: 'flag',
        about: 'open a separate window, and exit soon after the last window is closed',
      },
    ],
    json: '{ port: number, link: string, opened: boolean }; keeps running if it started the app',
    run: () => import('../run/start').then((m) => m.start),
  },
  {
    path: ['link'],
    about: 'print a new sign-in link to the running app; it works once, within a minute',
    json: '{ link: string }',
    run: () => import('../run/start').then((m) => m.link),
  },
  {
    path: ['doctor'],
    about: 'check what this computer can run, with a remedy for each problem',
    options: [
      { name: 'fix', type: 'flag', about: 'run the remedies, after confirmation' },
      { name: 'yes', type: 'flag', about: 'with --fix: do not ask for confirmation' },
    ],
    json: 'Doctor',
    run: () => import('../run/doctor').then((m) => m.doctor),
  },
  {
    path: ['version'],
    about: 'print the version',
    json: '{ version: string, build: string, contract: number, node: string }',
    run: () => import('../run/version').then((m) => m.version),
  },
  {
    path: ['status'],
    about: 'show whether an engine is running in this home, and its state; never starts one',
    json: '{ running: boolean, home: string, engine: Status | null }',
    run: () => import('../run/status').then((m) => m.status),
  },
  {
    path: ['stop'],
    about: 'stop the engine of this home; labs and VMs keep running',
    json: '{ stopped: boolean }',
    run: () => import('../run/status').then((m) => m.stop),
  },
  {
    path: ['demo'],
    about:
      'create the demo: two isolated networks and four tiny VMs, one of them on both networks; or a simulated data center',
    options: [
      { name: 'simulated', type: 'flag', about: 'use a simulated host instead of a lab' },
      {
        name: 'scenario',
        type: 'text',
        value: 'NAME',
        about: 'create this simulated data center instead',
        complete: 'scenario',
      },
      {
        name: 'outside',
        type: 'flag',
        about: 'with the NAT uplink of the lab: one VM also serves a web page to this computer',
      },
      { name: 'list', type: 'flag', about: 'list the scenarios' },
      {
        name: 'remove',
        type: 'flag',
        about: 'remove what the demo created, or with --scenario everything in its data center',
      },
      { name: 'reset', type: 'flag', about: 'remove a scenario and create it again' },
    ],
    changes: true,
    destructive: true,
    json: '{ host: string, networks: string[], vms: string[], page: string | null, job: string | null, preview: Preview | null }; with --remove { removed: string[], job, preview }; with --list Scenario[]',
    examples: ['atoll demo --outside', 'atoll demo --scenario three-hosts', 'atoll demo --scenario bad-day --reset'],
    run: () => import('../run/demo').then((m) => m.demo),
  },
  {
    path: ['report'],
    about: 'write a support bundle: checks, state, recent events, logs, crashes; secrets are redacted',
    options: [{ name: 'out', type: 'text', value: 'FILE', about: 'write to this new file', complete: 'file' }],
    json: '{ file: string }',
    run: () => import('../run/report').then((m) => m.report),
  },
  {
    path: ['completion'],
    about: 'print the completion script for a shell',
    args: [{ name: 'SHELL', about: 'bash, zsh or fish', complete: ['bash', 'zsh', 'fish'] }],
    json: '{ script: string }',
    examples: ['source <(atoll completion bash)', 'atoll completion fish > ~/.config/fish/completions/atoll.fish'],
    run: () => import('../run/completion').then((m) => m.completion),
  },
];
