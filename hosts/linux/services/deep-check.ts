import { randomBytes } from 'node:crypto';
import type { ObservedServices } from '../../../engine/ports/services';
import type { Shell } from '../../shell';
import { sealTable } from '../seal';
import { DEEP_CHECK, INSPECT, serversFolder } from './scripts';

/** How long a result counts if nothing was changed, and how many servers are inspected in one go. */
const EVERY_MS = 60_000;
const AT_ONCE = 64;

/** CAP_NET_BIND_SERVICE alone, or for IPv6 with CAP_NET_ADMIN and CAP_NET_RAW, of the server's own user namespace. */
const RIGHTS = ['0000000000000400', '0000000000003400'];
/** Text of a host is shown to users. */
const MOST_CHARS = 120;

/**
 * Parses the output of DEEP_CHECK: port -> what is not as it was made. A port that the host did not report on is not in it.
 */
export function readDeepCheck(stdout: string, word: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const part of stdout.split(`${word} `).slice(1)) {
    const [port = '', ...lines] = part.split('\n');
    found.set(port, faultsOf(lines.filter(Boolean)));
  }
  return found;
}

function faultsOf(lines: readonly string[]): string[] {
  const faults: string[] = [];
  const add = (fault: string): void => {
    if (!faults.includes(fault)) faults.push(fault);
  };
  const values = new Map<string, string>();
  for (const line of lines) {
    const [sign = '', kind = '', ...rest] = line.split(' ');
    const text = rest.join(' ').replace(/\p{C}/gu, '').slice(0, MOST_CHARS);
    const change = sign === '-' ? 'removed' : 'added';
    if (sign === '?') add('its network namespace can no longer be entered');
    else if (sign !== '-' && sign !== '+') values.set(sign, [kind, ...rest].join(' ').trim());
    else if (kind === 'interface') add(`the interface ${text} was ${change} in its network namespace`);
    else if (kind === 'address') add(`the address ${text} was ${change} in its network namespace`);
    else if (kind === 'route') add(`the route ${text} was ${change} in its network namespace`);
    else if (kind === 'forwarding' && sign === '+') add('packets are forwarded in its network namespace');
    else if (kind === 'filter') add('the packet filter in its network namespace was changed');
    else if (kind === 'file') add(`its file ${text.split(' ')[0] ?? ''} was changed`);
    else if (kind === 'process') add(`another process is in its network namespace: ${text}`);
    else if (kind === 'user') add('it runs in the user namespace of the host');
  }
  const [name, rights, confined] = ['name', 'rights', 'confined'].map((key) => values.get(key));
  if (name !== undefined && name !== 'dnsmasq') add(`its process is now ${name.replace(/\p{C}/gu, '').slice(0, 32)}`);
  if (rights !== undefined && !RIGHTS.includes(rights))
    add(`its process has other capabilities: ${rights.slice(0, 32)}`);
  if (confined !== undefined && confined !== '1') add('its process can gain privileges');
  return faults;
}

/**
 * What an observation can't read cheaply: the inside of the servers' namespaces. Servers are inspected once a minute, or after a
 * change, at most 64 in one go, those first that were not inspected for the longest time.
 */
export class DeepCheck {
  private readonly known = new Map<string, { at: number; readonly faults: readonly string[] }>();

  constructor(
    private readonly shell: Shell,
    private readonly storeId: string,
  ) {}

  /** Has the next observation inspect the servers again. Without ports: all of them. */
  forget(ports?: readonly string[]): void {
    if (!ports) this.known.clear();
    else for (const port of ports) this.known.delete(port);
  }

  /** Adds the faults of running servers. */
  async add(services: readonly ObservedServices[], signal: AbortSignal): Promise<ObservedServices[]> {
    const running = services.filter(({ isRunning }) => isRunning).map(({ port }) => port);
    for (const port of this.known.keys()) if (!running.includes(port)) this.known.delete(port);
    const now = performance.now();
    const due = running
      .map((port) => ({ port, at: this.known.get(port)?.at ?? -Infinity }))
      .filter(({ at }) => at + EVERY_MS <= now)
      .sort((a, b) => a.at - b.at)
      .slice(0, AT_ONCE);
    if (due.length > 0)
      await this.inspect(
        due.map(({ port }) => port),
        now,
        signal,
      );
    return services.map((each) => ({ ...each, faults: this.known.get(each.port)?.faults ?? [] }));
  }

  private async inspect(ports: readonly string[], at: number, signal: AbortSignal): Promise<void> {
    const word = randomBytes(12).toString('hex');
    const args = [serversFolder(sealTable(this.storeId)), INSPECT, word, ...ports];
    const { stdout } = await this.shell.script(DEEP_CHECK, args, { signal, timeoutMs: 60_000 });
    for (const [port, faults] of readDeepCheck(stdout, word)) this.known.set(port, { at, faults });
  }
}
