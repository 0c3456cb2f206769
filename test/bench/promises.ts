import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeAt } from '../../app/home';
import { openStore } from '../../db/store';
import { newId } from '../../engine/core/ids';
import { LiveFeed } from '../../engine/core/live';
import { PromiseKeeper } from '../../engine/promises/keeper';
import type { Clock } from '../../engine/ports/clock';
import type { PromiseRow, Store, SubjectRow, VmRow } from '../../engine/ports/store';
import { simulatedStateFile } from '../../hosts/registry';
import { BIG, fillBigWorld } from '../support/big-world';
import { SILENT } from '../support/lab-here';
import { type Report, figure, median, timed } from './kit';

const PROMISES = 1_000;
const PLUGS = 51;
const CLOCK: Clock = { now: Date.now, after: () => () => undefined };

/** 1,000 promises over 10,000 VMs: the first evaluation, one after a vNIC was plugged into another network, and their memory. */
export async function benchPromises(report: Report): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
  const store = openStore(homeAt(home).store);
  try {
    await fillBigWorld(store, (id) => simulatedStateFile(home, id));
    insertPromises(store);
    const keeper = new PromiseKeeper({ store, clock: CLOCK, log: SILENT });
    const before = heap();
    const { ms: first } = await timed(async () => keeper.prepare());
    report(figure('promises', `first evaluation of ${PROMISES}`, 'ms', first, { atMost: 300 }));
    report(
      figure(
        'promises',
        `memory of ${PROMISES}, and of their world of ${BIG.vms} VMs`,
        'MB',
        (heap() - before) / 2 ** 20,
        { atMost: 20 },
      ),
    );
    const stop = keeper.follow(new LiveFeed({ store, clock: CLOCK }));
    const vnics = store.vnics.list();
    const plugs: number[] = [];
    for (let round = 0; round < PLUGS; round += 1) {
      const [vnic, other] = [vnics[round * 97], vnics[(round * 97 + 500) % vnics.length]];
      if (!vnic || !other) throw new Error('the world is too small');
      keeper.prepare();
      const write = (check: () => void): Promise<{ ms: number }> =>
        timed(async () =>
          store.transaction((tx) => {
            tx.vnics.update(vnic.id, { profileId: other.profileId });
            check();
          }),
        );
      plugs.push((await write(() => void keeper.effects())).ms);
    }
    report(
      figure('promises', 'checked before a plug, and recorded after it', 'ms', median(plugs), {
        atMost: 5,
      }),
    );
    stop();
  } finally {
    store.close();
    rmSync(home, { recursive: true, force: true });
  }
}

const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** Of all kinds, in turn: about VMs on one host, on different ones, and about whole networks. */
function insertPromises(store: Store): void {
  const vms = store.vms.list();
  const networks = store.networks.list().filter(({ isIsolated }) => isIsolated);
  const at = new Date().toISOString();
  const vm = (n: number): SubjectRow => subject('vm', vms[n % vms.length]);
  const network = (n: number): SubjectRow => subject('network', networks[n % networks.length]);
  const said = (n: number): Pick<PromiseRow, 'kind' | 'who' | 'to' | 'through'> => {
    const none = { to: [], through: [] };
    switch (n % 6) {
      case 0:
        return { ...none, kind: 'never_reach', who: [vm(n * 10)], to: [vm(n * 10 + 500)] };
      case 1:
        return { ...none, kind: 'no_external', who: [vm(n * 10)] };
      case 2:
        return { ...none, kind: 'direct', who: [vm(n * 10)], to: [vm(n * 10 + 1)] };
      case 3:
        return { kind: 'only_through', who: [vm(n * 10)], to: [vm(n * 10 + 7)], through: [vm(n * 10 + 5)] };
      case 4:
        return { ...none, kind: 'isolated', who: [network(n)] };
      default:
        return { ...none, kind: 'one_island', who: [network(n)] };
    }
  };
  store.transaction((tx) => {
    for (let n = 0; n < PROMISES; n += 1)
      tx.promises.insert({
        ...{ id: newId(), dataCenterId: (vms[0] as VmRow).dataCenterId, ...said(n), maxAgeMinutes: null, ports: [] },
        ...{ severity: 'refuse', note: '', state: 'kept', since: at, findings: [], createdAt: at },
      });
  });
}

const subject = (kind: 'vm' | 'network', row: { id: string; name: string } | undefined): SubjectRow => ({
  ...{ kind, id: row?.id ?? '', name: row?.name ?? '' },
});
