import {
  AppError,
  CERTIFICATE_FORMAT,
  type CertifiedCheck,
  type CertifiedHost,
  type Event,
  type IsolationCertificate,
  type IsolationCheck,
  type Verdict,
  note,
  type Doubt,
  say,
  serverAddresses,
} from '../../contract';
import type { Core } from '../context';
import { instant } from '../core/ids';
import type { HostRow, NetworkAttachmentRow, NetworkRow } from '../ports/store';
import { incidentAt, incidentsOf } from './incidents';

/** How many events of each type of a network are searched for incidents. */
const EVENTS_READ = 2_000;
const TELLING = [
  'drift.detected',
  'drift.repaired',
  'drift.repair_failed',
  'network.deployed',
  'network.deploy_failed',
] as const satisfies ReadonlyArray<Event['type']>;

const LIMITS = [
  'Root on a host can read and change everything there.',
  'A VM on two networks can forward between them if its guest chooses to.',
  'Consoles, screens and disks are reached through the host, not through the network.',
  'Side channels, shared hardware and escapes from QEMU are out of scope.',
  'Each check covers one point in time. Between checks, Atoll watches the host; what it detects is listed as an incident.',
];
const SIMULATED = 'Simulated hosts are not computers: results for them prove nothing about real hosts.';

/**
 * The certificate of an isolated network, from stored data; nothing is observed again. `history`: how many of the latest checks of
 * each host it lists. Throws RULE_BROKEN for a regular network.
 */
export function certificateOf(core: Core, network: NetworkRow, history: number, by: string): IsolationCertificate {
  const { store } = core;
  ruleS1CertifiedIsIsolated(network);
  const incidents = incidentsOf(
    TELLING.flatMap((type) => store.events.recent({ networkId: network.id, type, limit: EVENTS_READ })),
  );
  const hosts = store.attachments.ofNetwork(network.id).flatMap((row) => {
    const host = store.hosts.get(row.hostId);
    if (!host) return [];
    const checks = store.checks
      .ofHost(network.id, host.id, history)
      .map((check): CertifiedCheck => ({ ...check, incident: incidentAt(check, incidents) }));
    const ofHost = incidents.filter((incident) => incident.hostId === host.id);
    return [{ ...hostPart(host, row, checks), incidents: ofHost }];
  });
  const { id, name, bridge, mtu } = network;
  return {
    format: CERTIFICATE_FORMAT,
    issuedAt: instant(core.clock.now()),
    issuedBy: by,
    version: core.info.version,
    storeId: store.storeId,
    services: servicesOf(core, network),
    stretch: stretchOf(core, network),
    network: { id, name, dataCenter: store.dataCenters.get(network.dataCenterId)?.name ?? '', bridge, mtu },
    verdict: overall(hosts.map((host) => host.verdict)),
    hosts,
    limits: hosts.some((host) => host.kind === 'simulated') ? [SIMULATED, ...LIMITS] : LIMITS,
  };
}

/** The server that is the network's one port besides VMs, and the VM through which it asks for foreign names. */
function servicesOf({ store }: Core, { services }: NetworkRow): IsolationCertificate['services'] {
  if (services === null) return null;
  const { domain, mode, gatewayVmId } = services;
  const gateway = gatewayVmId === null ? null : (store.vms.get(gatewayVmId)?.name ?? null);
  return { server: serverAddresses(services).join(', '), domain, mode, gateway };
}

/** Who the peers of the network are: nobody else can send a frame into it, or read one. */
function stretchOf({ store }: Core, { stretch }: NetworkRow): IsolationCertificate['stretch'] {
  if (stretch === null) return null;
  const hosts = stretch.hosts.map((id) => {
    return { host: store.hosts.get(id)?.name ?? id, publicKey: store.tunnels.get(id)?.publicKey ?? null };
  });
  return { vni: stretch.vni, hosts };
}

/** Bad: a certificate of a regular network: it has a NIC, and is not meant to be isolated. */
export function ruleS1CertifiedIsIsolated(network: Pick<NetworkRow, 'name' | 'isIsolated'>): void {
  if (network.isIsolated) return;
  throw new AppError('RULE_BROKEN', `The network "${network.name}" is regular: there is no isolation to certify`, {
    rule: 'S1',
    field: 'network',
    remedy: note('Only networks that were created isolated are.'),
  });
}

function hostPart(
  host: HostRow,
  row: NetworkAttachmentRow,
  history: CertifiedCheck[],
): Omit<CertifiedHost, 'incidents'> {
  const latest = history[0] ?? null;
  const doubt = doubtOf(host, row, latest);
  return {
    hostId: host.id,
    host: host.name,
    kind: host.kind,
    state: row.state,
    verdict: doubt === null || latest?.verdict === 'not_isolated' ? (latest?.verdict ?? 'unknown') : 'unknown',
    doubt,
    latest,
    probedAt: history.find((check) => check.probe)?.at ?? null,
    history,
  };
}

/** Why the last check is outdated: the bridge has changed, or can't be observed. */
function doubtOf(host: HostRow, row: NetworkAttachmentRow, latest: IsolationCheck | null): Doubt | null {
  if (latest === null) return say('doubt.not_checked', {});
  if (host.state === 'maintenance') return say('doubt.maintenance', {});
  if (host.state === 'non_responsive' || host.state === 'error' || host.state === 'connecting')
    return say('doubt.host_silent', { reason: host.reason });
  if (row.state === 'in_sync') return null;
  return say('doubt.bridge', { state: row.state, message: row.message });
}

/** Isolated only if every host reports it; without hosts there is no statement. */
export function overall(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('not_isolated')) return 'not_isolated';
  return verdicts.length === 0 || verdicts.includes('unknown') ? 'unknown' : 'isolated';
}
