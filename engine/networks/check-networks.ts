import { type Actor, AppError, type CheckPoint, type IsolationCheck, isActive, note } from '../../contract';
import { rowsOfHost, wantedFor } from '../plan/model/wanted';
import type { Core } from '../context';
import { emitter } from '../core/events';
import { describeError } from '../core/errors';
import { instant, newId } from '../core/ids';
import type { BridgeSpec } from '../ports/changes';
import type { CheckTarget, HostDriver } from '../ports/host-driver';
import type { HostRow } from '../ports/store';
import { countsOf } from '../../contract/state/check-points';
import { pointsOf, SeenHost, verdictOf } from '../plan/check-points';
import { assertIsolatedNetwork } from './rules';
import { isNews, reportVerdict } from '../reconcile/record/report-verdict';

interface Input {
  readonly network?: string | undefined;
  readonly host?: string | undefined;
  readonly probe: boolean;
}

/**
 * The isolation check of one network or all, on one host or all active ones that have it: a fresh observation, the kernel's own
 * hooks, and, on request, the live probe. Each result is stored with its evidence.
 */
export async function checkNetworks(
  core: Core,
  input: Input,
  by: Actor,
  signal?: AbortSignal,
): Promise<IsolationCheck[]> {
  const network = input.network === undefined ? null : core.refs.network(input.network);
  if (network) assertIsolatedNetwork(network);
  const networkId = network?.id ?? null;
  const hosts = input.host === undefined ? core.store.hosts.list() : [core.refs.host(input.host)];
  const concerned = hosts.filter((host) => isActive(host.state) && bears(core, host, networkId));
  if (concerned.length === 0) throw nothingToCheck(input);
  const stop = signal ?? new AbortController().signal;
  const results = await Promise.all(concerned.map((host) => checkHost(core, host, networkId, input.probe, by, stop)));
  return results.flat();
}

function bears({ store }: Core, host: HostRow, networkId: string | null): boolean {
  const attachments = store.attachments.ofHost(host.id).filter((row) => row.nic === null);
  return networkId === null ? attachments.length > 0 : attachments.some((row) => row.networkId === networkId);
}

function nothingToCheck(input: Input): AppError {
  const what = input.network === undefined ? 'an isolated network' : `the network "${input.network}"`;
  const where = input.host === undefined ? 'No active host' : `The host "${input.host}"`;
  return new AppError('NOT_FOUND', `${where} has ${what}`, {
    remedy: note('Attach the network to a cluster with an active host first.'),
  });
}

async function checkHost(
  core: Core,
  host: HostRow,
  networkId: string | null,
  probe: boolean,
  by: Actor,
  stop: AbortSignal,
): Promise<IsolationCheck[]> {
  const actor = core.actors.get(host.id);
  const found = await actor.exclusive(stop, (signal) => observe(core, host, actor.driver, networkId, signal));
  // One at a time: each probe creates namespaces, and the kernel creates and removes those under one lock. Each has a separate
  // turn, because its ends are foreign ports to a converge, and drift must not wait for a hundred probes.
  for (const { spec, points } of probe ? found : []) {
    points.push(...(await actor.exclusive(stop, (signal) => probeOne(actor.driver, spec, signal))));
  }
  return record(core, host, found, probe, by);
}

interface Found {
  readonly spec: BridgeSpec & CheckTarget;
  readonly points: CheckPoint[];
}

async function observe(
  core: Core,
  host: HostRow,
  driver: HostDriver,
  networkId: string | null,
  signal: AbortSignal,
): Promise<Found[]> {
  const rows = rowsOfHost(core.store, host.id);
  if (!rows) return [];
  const wanted = wantedFor(core.store.storeId, rows);
  const { bridges, taps, outside, services = [], tunnel } = wanted;
  const isolated = bridges.filter((spec) => spec.networkId !== outside?.networkId);
  const specs = isolated.filter((spec) => networkId === null || spec.networkId === networkId);
  const seen = new SeenHost(await driver.observe(signal, { inspectServices: true }), taps, wanted);
  const targets = specs.map((spec) => ({
    ...spec,
    services: services.find(({ networkId: served }) => served === spec.networkId),
    tunnel: tunnel?.spec.ends.some((end) => end.networkId === spec.networkId) ? tunnel.spec : undefined,
  }));
  const hooks = await driver.checkHooks(targets, signal);
  return targets.map((spec, i) => ({ spec, points: [...pointsOf(spec, seen), ...(hooks[i] ?? [])] }));
}

async function probeOne(driver: HostDriver, spec: CheckTarget, signal: AbortSignal): Promise<CheckPoint[]> {
  try {
    return await driver.probe(spec, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const evidence = `the probe could not run: ${describeError(error).message}`;
    return [{ id: 'probe_host_silent', title: 'Live probe: the host does not respond', ok: null, evidence }];
  }
}

function record(core: Core, host: HostRow, found: readonly Found[], probe: boolean, by: Actor): IsolationCheck[] {
  const at = instant(core.clock.now());
  return core.store.transaction((tx) => {
    const emit = emitter(tx, by, at);
    return found.flatMap(({ spec, points }) => {
      const { networkId } = spec;
      const row = tx.attachments.get({ networkId, hostId: host.id });
      if (!row) return [];
      const verdict = verdictOf(points);
      const check: IsolationCheck = {
        id: newId(),
        networkId,
        hostId: host.id,
        at,
        probe,
        verdict,
        points,
        by: by.user,
      };
      tx.checks.insert(check);
      const result = { verdict, ...countsOf(points) };
      tx.attachments.update(row, { ...result, verdictAt: at });
      const network = tx.networks.get(networkId)?.name ?? networkId;
      if (isNews(result, row)) reportVerdict(emit, { ...result, network, networkId, host });
      return [check];
    });
  });
}
