import { homedir } from 'node:os';
import { AppError, type SshHow, parseSshAddress } from '../../../contract';
import { CommandError } from '../../command-error';
import { runProcess } from '../spawn';

/** One computer to log in to, on the way or at its end. */
export interface Hop {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Key files that ssh would try, in order; they need not be there. */
  readonly identityFiles: readonly string[];
  /** The agent's socket; null: none. */
  readonly agent: string | null;
}

/**
 * The way to a host, its last hop first in mind: jump hosts in order, then the host itself. `~/.ssh/config` is read by
 * OpenSSH's own `ssh -G`, which alone gets Match, Include, tokens and defaults right; it connects to nobody.
 * @throws AppError BAD_INPUT for what ssh does not take as a host
 */
export async function resolveWay(how: SshHow, configFile: string | null): Promise<Hop[]> {
  const last = await resolveHop({ host: how.address, user: how.user, port: how.port }, configFile);
  const jump = how.jump ?? last.proxyJump;
  const names = jump === null || jump === 'none' ? [] : jump.split(',').map(parseAddress);
  const before = await Promise.all(names.map((name) => resolveHop(name, configFile)));
  return [...before, last].map(({ hop }) => hop);
}

type Address = NonNullable<ReturnType<typeof parseSshAddress>>;

function parseAddress(text: string): Address {
  const address = parseSshAddress(text);
  if (address) return address;
  throw new AppError('BAD_INPUT', `${JSON.stringify(text)} is not [user@]host[:port]`, { field: 'jump' });
}

async function resolveHop(
  { host, user, port }: Address,
  configFile: string | null,
): Promise<{ readonly hop: Hop; readonly proxyJump: string | null }> {
  if (host.startsWith('-'))
    throw new AppError('BAD_INPUT', `${JSON.stringify(host)} is not a host`, { field: 'address' });
  const asked = [
    ...(configFile === null ? [] : ['-F', configFile]),
    ...(user === null ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
  ];
  const options = await readOptions(['ssh', '-G', ...asked, '--', host]);
  const of = (name: string): string | null => options.get(name)?.[0] ?? null;
  const agent = of('identityagent');
  const proxyCommand = of('proxycommand');
  if (proxyCommand !== null && proxyCommand !== 'none')
    throw new AppError('NOT_SUPPORTED', `~/.ssh/config reaches ${host} by a ProxyCommand`, {
      field: 'address',
      hint: 'Use ProxyJump there; a command can not be run for an app.',
    });
  const hop: Hop = {
    host: of('hostname') ?? host,
    port: Number(of('port') ?? 22),
    user: of('user') ?? user ?? '',
    identityFiles: (options.get('identityfile') ?? []).map(expandHome),
    agent: agent === null || agent === 'SSH_AUTH_SOCK' ? (process.env['SSH_AUTH_SOCK'] ?? null) : noneIsNull(agent),
  };
  return { hop, proxyJump: of('proxyjump') };
}

/** Lines of `ssh -G`: `name value`, some more than once. Without an ssh on this computer nothing is known but what was asked. */
async function readOptions(argv: readonly string[]): Promise<Map<string, string[]>> {
  const options = new Map<string, string[]>();
  for (const line of (await runSsh(argv)).split('\n')) {
    const blank = line.indexOf(' ');
    if (blank < 0) continue;
    const name = line.slice(0, blank);
    options.set(name, [...(options.get(name) ?? []), line.slice(blank + 1)]);
  }
  return options;
}

async function runSsh(argv: readonly string[]): Promise<string> {
  try {
    return (await runProcess({ host: 'this computer', argv, shown: argv })).stdout;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.exit === 127)
      throw new AppError('NOT_SUPPORTED', 'There is no ssh on this computer to read ~/.ssh/config', {
        hint: 'Install the OpenSSH client.',
      });
    const said = error.stderr.split('\n').at(-1) ?? '';
    throw new AppError('BAD_INPUT', `ssh does not take this address: ${said}`, { field: 'address', cause: error });
  }
}

const expandHome = (path: string): string => (path.startsWith('~/') ? `${homedir()}${path.slice(1)}` : path);
const noneIsNull = (text: string): string | null => (text === 'none' ? null : expandHome(text));
