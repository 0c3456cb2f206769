import { AppError, note, run, type HostCapabilities, type WayChoice } from '../../contract';
import type { HostRow, NetworkRow } from '../ports/store';

const refused = (code: AppError['code'], field: string, message: string, remedy: AppError['remedy']): AppError =>
  new AppError(code, message, { rule: 'S11', field, remedy });

/** Bad: stretching a regular network, which its NICs connect. */
export function ruleS11StretchedIsIsolated(
  { name, isIsolated }: Pick<NetworkRow, 'name' | 'isIsolated'>,
  field = 'network',
): void {
  if (isIsolated) return;
  throw refused(
    'RULE_BROKEN',
    field,
    `The network "${name}" is regular: its NICs connect its hosts, so it can't be stretched`,
    note('Stretch an isolated network.'),
  );
}

/** Bad: `--hosts a,a`. */
export function assertHostsDiffer(hosts: ReadonlyArray<Pick<HostRow, 'id' | 'name'>>): void {
  const twice = hosts.findIndex(({ id }, i) => hosts.findIndex((other) => other.id === id) < i);
  const host = hosts[twice];
  if (!host) return;
  throw refused('BAD_INPUT', `hosts.${twice}`, `The host "${host.name}" is listed twice`, note('Name each host once.'));
}

/** Bad: a network over one host. */
export function assertSeveralHosts({ name }: Pick<NetworkRow, 'name'>, hosts: readonly Pick<HostRow, 'name'>[]): void {
  if (hosts.length >= 2) return;
  const [only] = hosts;
  throw refused(
    'BAD_INPUT',
    'hosts',
    only
      ? `Can't stretch "${name}": only the host "${only.name}" would have it`
      : `Can't stretch "${name}": no host has it`,
    note('Name at least two hosts that have the network, or attach it to a cluster with several hosts first.'),
  );
}

/** Bad: a host whose cluster, or label, does not have the network. */
export function assertHasNetwork(
  network: Pick<NetworkRow, 'name'>,
  host: Pick<HostRow, 'name'>,
  field: string,
  has: boolean,
): void {
  if (has) return;
  throw refused(
    'BAD_INPUT',
    field,
    `The host "${host.name}" does not have the network "${network.name}"`,
    run('networks.attach', { network: network.name }, 'Attach the network to the cluster of the host first.'),
  );
}

/** What a host lacks, and what to do about it. */
function refusedGap(name: string, gap: NonNullable<HostCapabilities['stretchGap']>, field: string): AppError {
  switch (gap) {
    case 'wireguard':
      return refused(
        'NOT_SUPPORTED',
        field,
        `Can't stretch a network to the host "${name}": it has no WireGuard`,
        note('Install a kernel with WireGuard, or the package wireguard-go.'),
      );
    case 'tools':
      return refused(
        'NOT_SUPPORTED',
        field,
        `Can't stretch a network to the host "${name}": the command wg is missing`,
        note('Install the package wireguard-tools.'),
      );
    case 'vxlan':
      return refused(
        'NOT_SUPPORTED',
        field,
        `Can't stretch a network to the host "${name}": its kernel has no VXLAN`,
        note('Load or install the kernel module vxlan.'),
      );
    case 'root':
      return refused(
        'NOT_SUPPORTED',
        field,
        `Can't stretch a network to the host "${name}": Atoll may not change its network`,
        note('Allow Atoll to run commands as root there.'),
      );
  }
}

/** Bad: a host in maintenance, one that Atoll has not seen yet, or one without the tools. */
export function assertCanStretch({ name, state, capabilities }: HostRow, field: string): void {
  if (state === 'maintenance') {
    throw refused(
      'STATE_ILLEGAL',
      field,
      `The host "${name}" is in maintenance: nothing is changed there`,
      run('hosts.activate', { host: name }, 'Activate it, or leave it out.'),
    );
  }
  if (capabilities === null) {
    throw refused(
      'STATE_ILLEGAL',
      field,
      `The host "${name}" has not answered yet, so it is not known whether networks can be stretched to it`,
      note('Wait until it is up, or leave it out.'),
    );
  }
  const gap = capabilities.stretchGap ?? null;
  if (gap === null) return;
  throw refusedGap(name, gap, field);
}

/** Bad: a simulated host and a real one: nothing passes between them. */
export function assertSameWorld(hosts: readonly HostRow[]): void {
  const simulated = hosts.find(({ kind }) => kind === 'simulated');
  const real = hosts.find(({ kind }) => kind !== 'simulated');
  if (!simulated || !real) return;
  throw refused(
    'BAD_INPUT',
    'hosts',
    `No network can be stretched over "${simulated.name}", which is simulated, and "${real.name}", which is not`,
    note('Choose hosts of one kind.'),
  );
}

/** Bad: `--direct` with a lab, `--relay` with a host that has neither perl nor python3. */
export function assertWayPossible(hosts: readonly HostRow[], way: WayChoice): void {
  const lab = way === 'direct' ? hosts.find(({ kind }) => kind === 'lab') : undefined;
  if (lab) {
    throw refused(
      'BAD_INPUT',
      'way',
      `The lab "${lab.name}" has no address of its own, so it can't be reached directly`,
      note('Choose the relay, or leave the choice to Atoll.'),
    );
  }
  const mute =
    way === 'relay'
      ? hosts.find(({ capabilities }) => capabilities !== null && (capabilities.relayBy ?? null) === null)
      : undefined;
  if (mute) {
    throw refused(
      'NOT_SUPPORTED',
      'way',
      `The host "${mute.name}" has neither perl nor python3, which a relay needs`,
      note('Install perl there, or choose the direct way.'),
    );
  }
}

/** Bad: separating a network that is not stretched. */
export function assertIsStretched({ name, stretch }: Pick<NetworkRow, 'name' | 'stretch'>): void {
  if (stretch !== null) return;
  throw refused(
    'BAD_INPUT',
    'network',
    `The network "${name}" is not stretched`,
    run('networks.stretch', { network: name }, 'Stretch it first.'),
  );
}

/** Bad: separating a host that the network is not stretched to. */
export function assertIsMember(
  network: Pick<NetworkRow, 'name' | 'stretch'>,
  host: Pick<HostRow, 'id' | 'name'>,
): void {
  if (network.stretch?.hosts.includes(host.id) === true) return;
  throw refused(
    'BAD_INPUT',
    'host',
    `The network "${network.name}" is not stretched to the host "${host.name}"`,
    note('Choose one of its hosts; the page of the network lists them.'),
  );
}

/** Bad: rotating the key of a host without a tunnel, or while it is being rotated. */
export function assertHasTunnel({ name }: Pick<HostRow, 'name'>, has: boolean): void {
  if (has) return;
  throw new AppError('BAD_INPUT', `The host "${name}" has no tunnel key: no network is stretched to it`, {
    rule: 'S11',
    field: 'host',
    remedy: run('networks.stretch', {}, 'Stretch a network to it first.'),
  });
}
