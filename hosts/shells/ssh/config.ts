import { hostname } from 'node:os';
import { AppError, type SshHow, parseSshAddress, note } from '../../../contract';
import { account, userHome } from '../../account';
import { CommandError } from '../../command-error';
import { runProcess } from '../spawn';

/** One computer to log in to: a jump host, or the host itself. */
export interface Hop {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Key files that ssh would try, in order; they need not exist. */
  readonly identityFiles: readonly string[];
  /** The agent's socket; null: none. */
  readonly agent: string | null;
  /** Of the agent's keys only those of `identityFiles` (IdentitiesOnly): sshd disconnects after six unknown ones. */
  readonly identitiesOnly: boolean;
  /** The name under which its host key is stored, if the config gives one (HostKeyAlias). */
  readonly keyAlias: string | null;
}

/** ssh itself gives up far earlier, for lack of processes. */
const MOST_HOPS = 16;

/**
 * The route to a host: jump hosts in order, then the host itself. `~/.ssh/config` is read by OpenSSH's own `ssh -G`, which alone
 * gets Match, Include and defaults right; it connects to nothing. As with ssh, the first jump host of a list has its own route, by
 * its own ProxyJump; for the others that is the jump hosts before them.
 * @throws AppError BAD_INPUT for an invalid host, or a route that loops
 */
export async function resolveWay(how: SshHow, configFile: string | null): Promise<Hop[]> {
  const way: Hop[] = [];
  let next: Address | null = { host: how.address, user: how.user, port: how.port };
  let jump = how.jump;
  while (next !== null) {
    const { hop, jump: own }: Resolved = await resolveHop(next, jump, configFile);
    const names: Address[] = (noneIsNull(jump ?? own) ?? '').split(',').filter(Boolean).map(parseAddress);
    const between = names.slice(1).map((name) => resolveHop(name, 'none', configFile));
    way.unshift(...(await Promise.all(between)).map((each) => each.hop), hop);
    if (way.length > MOST_HOPS) throw endless(how.address);
    next = names[0] ?? null;
    jump = null;
  }
  return way;
}

const endless = (address: string): AppError =>
  new AppError('BAD_INPUT', `The connection to ${address} has more than ${MOST_HOPS} jump hosts`, {
    field: 'address',
    remedy: note('A ProxyJump in ~/.ssh/config may refer back to itself.'),
  });

type Address = NonNullable<ReturnType<typeof parseSshAddress>>;

interface Resolved {
  readonly hop: Hop;
  /** Its jump hosts by the config, separated by commas; null: none. */
  readonly jump: string | null;
}

function parseAddress(text: string): Address {
  const address = parseSshAddress(text);
  if (address) return address;
  throw new AppError('BAD_INPUT', `${JSON.stringify(text)} is not [user@]host[:port]`, { field: 'jump' });
}

/** `given`: the requested jump hosts, which override the config's own route. */
async function resolveHop(
  { host, user, port }: Address,
  given: string | null,
  configFile: string | null,
): Promise<Resolved> {
  if (host.startsWith('-'))
    throw new AppError('BAD_INPUT', `${JSON.stringify(host)} is not a host`, { field: 'address' });
  const asked = [
    ...(configFile === null ? [] : ['-F', configFile]),
    ...(user === null ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
  ];
  const options = await readOptions(['ssh', '-G', ...asked, '--', host]);
  const of = (name: string): string | null => options.get(name)?.[0] ?? null;
  const known = (name: string): string | null => noneIsNull(of(name));
  const command = known('proxycommand');
  if (command !== null && given === null)
    throw new AppError('NOT_SUPPORTED', `~/.ssh/config reaches ${host} by a ProxyCommand`, {
      field: 'address',
      remedy: note('Use ProxyJump there, or name a jump host; Atoll does not run such a command.'),
    });
  const address = of('hostname') ?? host;
  const login = of('user') ?? user ?? '';
  const tokens = tokensOf({ n: host, h: address, p: of('port') ?? '22', r: login, k: known('hostkeyalias') ?? host });
  const agent = of('identityagent');
  const hop: Hop = {
    host: address,
    port: Number(of('port') ?? 22),
    user: login,
    identityFiles: (options.get('identityfile') ?? [])
      .filter((file) => file !== 'none')
      .map((file) => expand(file, tokens)),
    agent: agent === null ? variable('SSH_AUTH_SOCK') : agentSocket(agent, tokens),
    identitiesOnly: of('identitiesonly') === 'yes',
    keyAlias: known('hostkeyalias'),
  };
  return { hop, jump: known('proxyjump') };
}

/** Lines of `ssh -G`: `name value`, some more than once. Without ssh on this computer only the requested values are known. */
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
        remedy: note('Install the OpenSSH client.'),
      });
    const said = error.stderr.split('\n').at(-1) ?? '';
    throw new AppError('BAD_INPUT', `ssh does not accept this address: ${said}`, { field: 'address', cause: error });
  }
}

const noneIsNull = (text: string | null): string | null => (text === 'none' ? null : text);
const variable = (name: string): string | null => process.env[name] || null;

/** `none`, the name of the usual variable, `$VARIABLE`, or a path (ssh_config(5), IdentityAgent). */
function agentSocket(text: string, tokens: Tokens): string | null {
  if (text === 'none') return null;
  if (text === 'SSH_AUTH_SOCK') return variable(text);
  return /^\$\w+$/.test(text) ? variable(text.slice(1)) : expand(text, tokens);
}

type Tokens = ReadonlyMap<string, string>;

/**
 * Tokens in paths that `ssh -G` leaves unexpanded: ssh_config(5), TOKENS. Those that name this computer and its user are the same
 * for all.
 */
function tokensOf(own: Readonly<Record<string, string>>): Tokens {
  const { name, uid } = account();
  const here = hostname();
  const same = {
    '%': '%',
    d: userHome(),
    i: String(uid),
    L: here.split('.')[0] ?? here,
    l: here,
    u: name ?? String(uid),
  };
  return new Map(Object.entries({ ...same, ...own }));
}

/** Expands `~`, %tokens and ${VARIABLES} of a path. An invalid token stays unchanged: no such file exists then. */
function expand(path: string, tokens: Tokens): string {
  return path
    .replace(/^~(?=\/|$)/, userHome())
    .replaceAll(/%(.)|\$\{(\w+)\}/g, (whole, token?: string, name?: string) =>
      name === undefined ? (tokens.get(token ?? '') ?? whole) : (variable(name) ?? ''),
    );
}
