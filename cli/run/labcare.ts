import type { AtollClient } from '../../app/client';
import type { Snapshot, Vm } from '../../contract';
import { changing } from '../change';
import type { Input } from '../input';
import type { Run } from '../spec';
import { localTime } from '../text/units';
import { given } from './shared';

const names = (rows: ReadonlyArray<{ readonly name: string }>): string => rows.map(({ name }) => name).join(', ');

/** The named VMs; omitted if none was named. */
const vmsGiven = (input: Input) => (input.list('vm').length === 0 ? {} : { vms: [...input.list('vm')] });

const refreshVms = async (client: AtollClient, { vms }: { vms: Vm[] }) => {
  const ids = new Set(vms.map(({ id }) => id));
  return { vms: (await client.vms.list({})).filter(({ id }) => ids.has(id)) };
};

const refreshSnapshot = async (client: AtollClient, { snapshot }: { snapshot: Snapshot }) => ({
  snapshot: await client.snapshots.show({ snapshot: snapshot.id }),
});

export const labClone: Run = (context) => {
  const { input } = context;
  return changing((client, dryRun) =>
    client.labs.clone({
      lab: input.arg('LAB'),
      ...vmsGiven(input),
      ...given({ copies: input.number('copies') }),
      start: input.flag('start'),
      dryRun,
    }),
  ).run(context, {
    refresh: refreshVms,
    done: ({ vms, networks }) =>
      `Copied: VMs ${names(vms)}${networks.length === 0 ? '' : ` on the isolated networks ${networks.join(', ')}`}.`,
  });
};

export const labReset: Run = (context) => {
  const { input } = context;
  const lab = input.arg('LAB');
  return changing((client, dryRun) => client.labs.reset({ lab, ...vmsGiven(input), dryRun })).run(context, {
    question: `Reset the VMs of ${lab} to their initial state? Changes on disk are lost.`,
    refresh: refreshVms,
    done: ({ vms, snapshot }) =>
      snapshot === null
        ? `Reset to the initial state: ${names(vms)}.`
        : `Put back to ${snapshot.name}: ${names(snapshot.vms)}.`,
  });
};

export const snapshotList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const rows = await client.snapshots.list(given({ host: input.text('host'), vm: input.text('vm') }));
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'name', of: (row) => row.name },
        { title: 'state', of: (row) => row.state },
        { title: 'taken', of: (row) => localTime(row.createdAt) },
        { title: 'start', of: (row) => (row.isStart ? 'yes' : null) },
        { title: 'vms', of: (row) => names(row.vms) },
        { title: 'comment', of: (row) => row.comment || null },
      ],
      'There is no snapshot. Take one with: atoll snapshot add NAME --host HOST',
    ),
  );
};

export const snapshotShow: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const snapshot = await client.snapshots.show({ snapshot: input.arg('SNAPSHOT') });
  out.answer(snapshot, () => {
    out.fields([
      ['name', snapshot.name],
      ['state', snapshot.state],
      ['comment', snapshot.comment || undefined],
      ['taken', localTime(snapshot.createdAt)],
      ['start', snapshot.isStart ? 'yes: lab reset leads back to it' : undefined],
      ['id', snapshot.id],
    ]);
    out.line();
    out.table(
      snapshot.vms,
      [
        { title: 'vm', of: (row) => row.name },
        { title: 'memory', of: (row) => (row.withMemory ? 'kept: it ran' : 'none: it was down') },
      ],
      'It has no VM.',
    );
  });
};

export const snapshotAdd: Run = (context) => {
  const { input } = context;
  return changing((client, dryRun) =>
    client.snapshots.add({
      name: input.arg('NAME'),
      ...given({ host: input.text('host'), comment: input.text('comment') }),
      ...vmsGiven(input),
      isStart: input.flag('start'),
      dryRun,
    }),
  ).run(context, {
    refresh: refreshSnapshot,
    done: ({ snapshot }) => `Snapshot ${snapshot.name} keeps ${names(snapshot.vms)}.`,
  });
};

export const snapshotRevert: Run = (context) => {
  const snapshot = context.input.arg('SNAPSHOT');
  return changing((client, dryRun) => client.snapshots.revert({ snapshot, dryRun })).run(context, {
    question: `Revert the VMs of ${snapshot}? Changes since the snapshot are lost.`,
    refresh: refreshSnapshot,
    done: (output) => `Put back to ${output.snapshot.name}: ${names(output.snapshot.vms)}.`,
  });
};

export const snapshotRemove: Run = (context) => {
  const snapshot = context.input.arg('SNAPSHOT');
  return changing((client, dryRun) => client.snapshots.remove({ snapshot, dryRun })).run(context, {
    question: `Delete the snapshot ${snapshot}?`,
    done: () => `Snapshot ${snapshot} was deleted.`,
  });
};
