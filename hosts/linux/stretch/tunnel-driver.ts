import { AppError, run } from '../../../contract';
import type { RelayLine, TunnelDriver, TunnelPing, TunnelSpec } from '../../../engine/ports/stretch';
import { throwIfCancelled } from '../../cancelled';
import type { Shell } from '../../shell';
import { checkedTunnel, endpointWord, hostNumber, portNumber, tunnelAddress } from './names';
import { begin } from './relay-line';
import { RELAY_PERL, RELAY_PYTHON } from './relay-scripts';
import { addressesOf, LISTEN_PORT, PING, readPings, SET_RELAY, TRY_DIRECT } from './ways';

const PING_MS = 15_000;
const TRY_MS = 20_000;

/** By what a relay runs on a host. */
export type RelayBy = 'perl' | 'python3';
const PROGRAMS: Record<RelayBy, readonly string[]> = {
  perl: ['perl', '-e', RELAY_PERL],
  python3: ['python3', '-c', RELAY_PYTHON],
};

/** The ways between a Linux host and its peers. */
export class LinuxTunnel implements TunnelDriver {
  constructor(
    private readonly shell: Shell,
    private readonly storeId: string,
    private readonly relayBy: () => RelayBy | null,
  ) {}

  async ping(spec: TunnelSpec, numbers: readonly number[], signal: AbortSignal): Promise<TunnelPing[]> {
    const { namespace, device } = this.#checked(spec);
    if (numbers.length === 0) return [];
    const { stdout } = await this.#script(PING, [namespace, device, ...addressesOf(numbers)], PING_MS, signal);
    return readPings(stdout, numbers);
  }

  async tryDirect(spec: TunnelSpec, number: number, endpoint: string, signal: AbortSignal): Promise<string | null> {
    const { namespace, device } = this.#checked(spec);
    const key = keyOf(spec, number);
    const args = [namespace, device, key, tunnelAddress(hostNumber(number)), endpointWord(endpoint)];
    const { stdout } = await this.#script(TRY_DIRECT, args, TRY_MS, signal);
    const found = stdout.trim();
    return found === 'no' ? null : endpointWord(found);
  }

  async openRelay(spec: TunnelSpec, numbers: readonly number[], signal: AbortSignal): Promise<RelayLine> {
    const { namespace, device } = this.#checked(spec);
    for (const number of numbers) keyOf(spec, number);
    const by = this.relayBy();
    if (by === null)
      throw new AppError('NOT_SUPPORTED', `${this.shell.name} has neither perl nor python3, which a relay needs`, {
        remedy: run('hosts.check', {}, 'Install one of them there; the check names the package.'),
      });
    const { stdout } = await this.#script(LISTEN_PORT, [namespace, device], PING_MS, signal);
    const port = portNumber(Number(stdout.trim()));
    throwIfCancelled(signal);
    const pipe = await this.shell.pipe([
      ...PROGRAMS[by],
      String(port),
      ...numbers.map((each) => String(hostNumber(each))),
    ]);
    return begin(pipe, numbers, this.shell.name, signal);
  }

  async useRelay(
    spec: TunnelSpec,
    { ports }: RelayLine,
    numbers: readonly number[],
    signal: AbortSignal,
  ): Promise<void> {
    const { namespace, device } = this.#checked(spec);
    const args = numbers.flatMap((number) => {
      const port = portNumber(ports.get(number) ?? 0);
      return [keyOf(spec, number), tunnelAddress(hostNumber(number)), String(port)];
    });
    await this.#script(SET_RELAY, [namespace, device, ...args], PING_MS, signal);
  }

  #checked(spec: TunnelSpec): TunnelSpec {
    return checkedTunnel(this.storeId, spec);
  }

  async #script(
    script: string,
    args: readonly string[],
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly stdout: string }> {
    const { exit, stdout, stderr } = await this.shell.script(script, args, { signal, timeoutMs, okExits: [0, 9] });
    if (exit === 9) throw new AppError('STATE_ILLEGAL', `${this.shell.name}: ${stderr.trim().slice(-300)}`);
    return { stdout };
  }
}

function keyOf({ peers }: TunnelSpec, number: number): string {
  const peer = peers.find((each) => each.number === number);
  if (peer) return peer.publicKey;
  throw new AppError('STATE_ILLEGAL', `The host ${number} is no peer of this one`);
}
