import { eventually } from '../support/eventually';
import type { SimulatedApp } from '../support/simulated-app';

/**
 * The demo and two more hosts with a class, a vault and a gateway: enough to show islands, lanes, collapsing and a second island of
 * a network.
 */
export async function setSchoolScene({ engine }: SimulatedApp): Promise<void> {
  await engine.demo.add({ simulated: true });
  await settled(engine);
  const cluster = 'laptop-lab';
  for (const name of ['node2', 'node3'])
    await engine.hosts.add({ name, cluster, how: { kind: 'simulated', delayMs: 5 } });
  for (const name of ['class-a', 'vault', 'storage'])
    await engine.networks.add({ name, dataCenter: cluster, isIsolated: true, clusters: [cluster] });
  await allUp(engine);
  const vm = (name: string, host: string, networks: string[], start = true) =>
    engine.vms.add({ name, cluster, host, vnics: networks.map((network) => ({ network })), start });
  for (const name of ['cache', 'web2']) await vm(name, 'simulated', ['blue']);
  await vm('batch', 'simulated', ['blue'], false);
  for (let i = 1; i <= 28; i++) await vm(`student${String(i).padStart(2, '0')}`, 'node2', ['class-a'], i % 9 !== 0);
  await vm('grader', 'node2', ['class-a', 'storage']);
  for (const name of ['nas1', 'nas2']) await vm(name, 'node2', ['storage']);
  for (const name of ['db2', 'replica', 'probe']) await vm(name, 'node3', ['blue']);
  for (const name of ['hsm1', 'hsm2', 'signer']) await vm(name, 'node3', ['vault']);
  await settled(engine);
  await engine.networks.check({});
}

async function allUp(engine: SimulatedApp['engine']): Promise<void> {
  await eventually(
    'all hosts to be up',
    60_000,
    async () => (await engine.hosts.list({})).every((host) => host.state === 'up') || undefined,
  );
}

export async function settled(engine: SimulatedApp['engine']): Promise<void> {
  await eventually('all jobs to have ended', 60_000, async () => {
    const open = [...(await engine.jobs.list({ state: 'running' })), ...(await engine.jobs.list({ state: 'queued' }))];
    return open.length === 0 || undefined;
  });
}
