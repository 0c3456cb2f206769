import {
  type Actor,
  type IsolationPromise,
  type Subject,
  VERIFICATION_FORMAT,
  type Verification,
} from '../../contract';
import { certificateOf } from '../certificates/certificate';
import type { Core } from '../context';
import { instant } from '../core/ids';
import { addPromise, findPromise, removeGroup, removePromise, setGroup, updatePromise } from '../promises/commands';
import { verifyLive } from '../verification/live';
import type { Concerned } from '../verification/questions';
import { membersOf } from '../promises/members';
import { signedPage } from '../verification/page';
import { promisesOfFile } from '../labfile/apply-promises';
import { parsedFile } from '../labfile/parse';
import type { World } from '../promises/world';

/** The latest checks of each host that a page lists. */
const CERTIFIED_CHECKS = 5;

export function promiseHandlers(core: Core) {
  const { os, store, refs, command, live, promises } = core;
  live.present('promise', (id) => {
    const row = store.promises.get(id);
    return row && promises.present(row);
  });
  live.present('promise_group', (id) => {
    const row = store.promiseGroups.get(id);
    return row && promises.presentGroup(row);
  });
  return {
    list: os.promises.list.handler(({ input }) => {
      const { dataCenter, state } = input;
      const all =
        dataCenter === undefined ? store.promises.list() : store.promises.ofDataCenter(refs.dataCenter(dataCenter).id);
      return all.filter((row) => state === undefined || row.state === state).map((row) => promises.present(row));
    }),
    show: os.promises.show.handler(({ input }) => {
      const row = findPromise(store, promises, input.promise);
      return { promise: promises.present(row), breaches: store.promiseBreaches.ofPromise(row.id) };
    }),
    add: os.promises.add.handler(command((scope, input) => addPromise(scope, promises, input))),
    update: os.promises.update.handler(command((scope, input) => updatePromise(scope, promises, input))),
    remove: os.promises.remove.handler(command((scope, input) => removePromise(scope, promises, input))),
    check: os.promises.check.handler(({ input }) => {
      const checked = evaluated(core, refs.dataCenter(input.dataCenter).id, input.promises);
      return { verdict: verdictOf(checked), promises: checked };
    }),
    verify: os.promises.verify.handler(({ input, context, signal }) => verified(core, input, context.actor, signal)),
    page: os.promises.page.handler(async ({ input, context, signal }) => {
      const { id } = refs.dataCenter(input.dataCenter);
      const verification = await verified(core, input, context.actor, signal);
      const breaches = store.promises.ofDataCenter(id).flatMap((row) => store.promiseBreaches.ofPromise(row.id));
      const certificates = store.networks
        .list()
        .filter(({ dataCenterId, isIsolated }) => dataCenterId === id && isIsolated)
        .map((network) => certificateOf(core, network, CERTIFIED_CHECKS, context.actor.user));
      return signedPage(core, { verification, breaches, certificates }, context.actor.user);
    }),
    groups: os.promises.groups.handler(({ input }) => {
      const { dataCenter } = input;
      const all =
        dataCenter === undefined
          ? store.promiseGroups.list()
          : store.promiseGroups.ofDataCenter(refs.dataCenter(dataCenter).id);
      return all.map((row) => promises.presentGroup(row));
    }),
    setGroup: os.promises.setGroup.handler(command((scope, input) => setGroup(scope, promises, input))),
    removeGroup: os.promises.removeGroup.handler(command((scope, input) => removeGroup(scope, promises, input))),
  };
}

/** The promises with what they come to at this moment; the stored states follow commits. */
function evaluated(
  { store, promises }: Core,
  dataCenterId: string,
  named: readonly string[] | undefined,
): IsolationPromise[] {
  const rows =
    named === undefined
      ? store.promises.ofDataCenter(dataCenterId)
      : named.map((ref) => findPromise(store, promises, ref));
  promises.catchUp();
  return rows.map((row) => {
    const { state, findings } = promises.evaluate(row);
    return promises.present({ ...row, state, findings: [...findings] });
  });
}

/** The worst of the states. */
export function verdictOf(all: ReadonlyArray<Pick<IsolationPromise, 'state'>>): Verification['verdict'] {
  if (all.some(({ state }) => state === 'broken')) return 'broken';
  return all.some(({ state }) => state !== 'kept') ? 'unknown' : 'kept';
}

interface VerifyInput {
  readonly dataCenter: string;
  readonly live: boolean;
  readonly text?: string | undefined;
}

async function verified(
  core: Core,
  { dataCenter, live, text }: VerifyInput,
  by: Actor,
  signal: AbortSignal = new AbortController().signal,
): Promise<Verification> {
  const { refs, clock, info, store, promises } = core;
  const file = text === undefined ? null : parsedFile(await core.labTexts.read(text));
  const place = refs.dataCenter(file?.file.dataCenter ?? dataCenter);
  const named = file === null ? undefined : promisesOfFile(core, place.id, file).map(({ id }) => id);
  const evaluate = (): IsolationPromise[] => evaluated(core, place.id, named);
  const all = live
    ? await verifyLive(core, evaluate, { resolve: (subjects) => resolved(promises.world, subjects), by }, signal)
    : evaluate().map((promise) => ({ promise, measurements: [], state: promise.state, findings: promise.findings }));
  return {
    format: VERIFICATION_FORMAT,
    at: instant(clock.now()),
    version: info.version,
    storeId: store.storeId,
    dataCenter: place.name,
    live,
    verdict: verdictOf(all),
    promises: all,
  };
}

function resolved(world: World, subjects: readonly Subject[]): Concerned {
  const { vms, networks } = membersOf(world, subjects, new Set());
  return { vms: [...vms], networks: [...networks] };
}
