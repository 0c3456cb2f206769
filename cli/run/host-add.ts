import { resolve } from 'node:path';
import type { HostSecrets } from '../../contract';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { HOST_TEXT_KEYS } from '../../contract/model/text-keys';
import { parseSshAddress } from '../../contract/model/ssh';
import { changing } from '../change';
import type { Input } from '../input';
import type { Run } from '../spec';
import { secretsFrom } from '../secrets';
import { textsFrom } from '../texts';
import { confirmKeys } from './host-keys';
import { hostSaid, refreshHost } from './hosts';
import { given, oneOf } from './shared';

/** Options that apply only to some kinds of host. */
const ONLY = {
  key: ['ssh'],
  agent: ['ssh'],
  'password-stdin': ['ssh', 'local'],
  'passphrase-stdin': ['ssh'],
  'sudo-password-stdin': ['ssh', 'local'],
  sudo: ['ssh'],
  jump: ['ssh'],
  fingerprint: ['ssh'],
  pkexec: ['local'],
  delay: ['simulated'],
  faults: ['simulated'],
  memory: ['simulated'],
  cpus: ['simulated'],
} as const;

/** Adds a host of the requested kind; over SSH only with a host key that the user, or the command line, has confirmed. */
export const hostAdd: Run = async (context) => {
  const { input, engine } = context;
  const secrets = await secretsFrom(input);
  const way = how(input, secrets);
  const confirmed =
    way.kind === 'ssh'
      ? { ...way, fingerprints: await confirmKeys((await engine()).client, way, context, secrets) }
      : way;
  await changing((client, dryRun) =>
    client.hosts.add({
      name: input.arg('NAME'),
      how: confirmed,
      labels: [...input.list('label')],
      ...given({ cluster: input.text('cluster'), ...textsFrom(HOST_TEXT_KEYS, input), secrets: secrets ?? undefined }),
      dryRun,
    }),
  ).run(context, { refresh: refreshHost, done: hostSaid });
};

/** Determines the kind of host and its connection. */
function how(input: Input, secrets: HostSecrets | null) {
  const kind = oneOf({
    lab: input.flag('lab'),
    local: input.flag('local'),
    simulated: input.flag('simulated'),
    ssh: input.text('ssh'),
  });
  if (kind === null)
    throw new AppError('BAD_INPUT', 'No kind of host is given.', {
      field: 'how',
      remedy: note('Pass --ssh HOST, --local (this computer), --lab (a sandbox on it) or --simulated.'),
    });
  for (const [name, kinds] of Object.entries(ONLY)) refuseOption(input, kind, name, kinds);
  switch (kind) {
    case 'lab':
      return { kind } as const;
    case 'local':
      return { kind, via: input.flag('pkexec') ? 'pkexec' : 'sudo' } as const;
    case 'simulated':
      return { kind, ...pretend(input) } as const;
    case 'ssh':
      return sshWay(input, secrets);
  }
}

const OF_KIND: Record<string, string> = { ssh: 'hosts over SSH', local: 'this computer', simulated: 'simulated hosts' };

function refuseOption(input: Input, kind: string, name: string, kinds: readonly string[]): void {
  if (!input.has(name) || kinds.includes(kind)) return;
  throw new AppError('BAD_INPUT', `--${name} is for ${kinds.map((each) => OF_KIND[each]).join(' and ')}.`, {
    field: name,
    remedy: note(`Give it with ${kinds.map((each) => `--${each}`).join(' or ')}.`),
  });
}

const pretend = (input: Input) =>
  given({
    delayMs: input.number('delay'),
    faultRate: input.number('faults'),
    memoryMiB: input.number('memory'),
    cpus: input.number('cpus'),
  });

function sshWay(input: Input, secrets: HostSecrets | null) {
  const { user, host, port } = address(input.text('ssh') ?? '');
  const key = input.text('key');
  oneOf({ key, agent: input.flag('agent') });
  const password = secrets?.password !== undefined;
  if (password) oneOf({ 'password-stdin': true, key, agent: input.flag('agent') });
  const auth = key !== undefined ? 'key' : input.flag('agent') ? 'agent' : password ? 'password' : 'default';
  return {
    kind: 'ssh',
    address: host,
    auth,
    sudo: input.flag('sudo'),
    user,
    port,
    ...given({ jump: input.text('jump'), key: key === undefined ? undefined : resolve(key) }),
  } as const;
}

function address(text: string): NonNullable<ReturnType<typeof parseSshAddress>> {
  const parsed = parseSshAddress(text);
  if (parsed) return parsed;
  throw new AppError('BAD_INPUT', `${JSON.stringify(text)} is not a valid host address.`, {
    field: 'ssh',
    remedy: note('Give [user@]host[:port], or a name from ~/.ssh/config.'),
  });
}
