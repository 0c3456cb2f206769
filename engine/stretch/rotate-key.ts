import { AppError, type Host, note, say } from '../../contract';
import type { Core } from '../context';
import { HostPayload } from '../core/jobs/payload';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import { assertHostStateAllows } from '../hosts/rules';
import type { HostRow, Repositories } from '../ports/store';
import { assertHasTunnel } from './rules';

export const ROTATE_JOB = 'hosts.rotateKey';
export { HostPayload as RotatePayload };

type Present = (tx: Repositories, host: HostRow) => Host;

/** `hosts.rotateKey`: the host makes its next key, the others learn it, and then all use it. */
export function rotateKeyHandler(
  scope: Scope,
  input: { readonly host: string },
  present: Present,
): Outcome<{ host: Host }> {
  const { tx } = scope;
  const host = scope.refs.host(input.host);
  const tunnel = tx.tunnels.get(host.id);
  const peers = peersOf(tx, host.id);
  assertHasTunnel(host, tunnel !== undefined && tunnel.publicKey !== null && peers.length > 0);
  assertHostStateAllows(host, 'sync');
  tx.tunnels.update(host.id, { rotation: 'prepare' });
  const named = { host: host.name };
  const names = peers.map(({ name }) => name);
  return {
    output: { host: present(tx, host) },
    lines: [say('preview.host.rotate_key', { ...named, peers: names })],
    job: {
      kind: ROTATE_JOB,
      title: say('hosts.rotate_key', named),
      payload: { hostId: host.id } satisfies HostPayload,
      subjects: { hostId: host.id },
      steps: [
        { title: say('step.host.next_key', named), hostId: host.id },
        { title: say('step.host.announce_key', named) },
        { title: say('step.host.use_key', named), hostId: host.id },
      ],
    },
  };
}

/** The hosts that know the key of a host. */
const peersOf = (tx: Repositories, hostId: string): HostRow[] =>
  tx.tunnelPairs.ofHost(hostId).flatMap(({ lowId, highId }) => tx.hosts.get(lowId === hostId ? highId : lowId) ?? []);

/** Runs such a job. Started again after a crash, it continues with the key that was made. */
export async function runRotateJob(core: Core, job: RunningJob<HostPayload>): Promise<void> {
  const { hostId } = job.payload;
  const { store, actors } = core;
  const converge = async (ids: readonly string[], signal: AbortSignal): Promise<void> => {
    await Promise.all(
      ids.map(async (id) => {
        const actor = actors.find(id);
        if (actor?.connected === true) await actor.converge(signal, 'networks');
      }),
    );
  };
  const peers = (): string[] => peersOf(store, hostId).map(({ id }) => id);
  await job.step(1, async (signal) => {
    await actors.get(hostId).converge(signal, 'networks');
    if (store.tunnels.get(hostId)?.rotation === 'prepare' && store.tunnels.get(hostId)?.nextKey === null) throw noKey();
    return null;
  });
  await job.step(2, async (signal) => {
    await converge(peers(), signal);
    return null;
  });
  await job.step(3, async (signal) => {
    if (store.tunnels.get(hostId)?.rotation === 'prepare')
      store.transaction((tx) => tx.tunnels.update(hostId, { rotation: 'switch' }));
    await actors.get(hostId).converge(signal, 'networks');
    await converge(peers(), signal);
    return null;
  });
}

const noKey = (): AppError =>
  new AppError('HOST_COMMAND_FAILED', 'The host has made no next key', {
    remedy: note('Check the host; the present key remains in use.'),
  });
