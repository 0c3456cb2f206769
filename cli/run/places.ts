import { changing } from '../change';
import type { Run } from '../spec';
import { given, namesOf } from './shared';

export const dataCenterList: Run = async ({ out, engine }) => {
  const { client } = await engine();
  out.answer(await client.dataCenters.list(), (rows) =>
    out.table(
      rows,
      [
        { title: 'name', of: (row) => row.name },
        { title: 'comment', of: (row) => row.comment },
        { title: 'id', of: (row) => row.id },
      ],
      'No data centers.',
    ),
  );
};

export const dataCenterShow: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  out.answer(await client.dataCenters.show({ dataCenter: input.arg('DATACENTER') }), (row) =>
    out.fields([
      ['name', row.name],
      ['comment', row.comment],
      ['created', row.createdAt],
      ['id', row.id],
    ]),
  );
};

export const dataCenterAdd: Run = (context) =>
  changing((client, dryRun) =>
    client.dataCenters.add({
      name: context.input.arg('NAME'),
      ...given({ comment: context.input.text('comment') }),
      dryRun,
    }),
  ).run(context, {
    done: ({ dataCenter }) => `Data center ${dataCenter.name} was created.`,
  });

export const dataCenterUpdate: Run = (context) =>
  changing((client, dryRun) =>
    client.dataCenters.update({
      dataCenter: context.input.arg('DATACENTER'),
      ...given({ name: context.input.text('name'), comment: context.input.text('comment') }),
      dryRun,
    }),
  ).run(context, {
    done: ({ dataCenter }) => `Data center ${dataCenter.name} was changed.`,
  });

export const dataCenterRemove: Run = (context) => {
  const dataCenter = context.input.arg('DATACENTER');
  return changing((client, dryRun) => client.dataCenters.remove({ dataCenter, dryRun })).run(context, {
    question: `Remove data center ${dataCenter}?`,

    done: () => `Data center ${dataCenter} was removed.`,
  });
};

export const clusterList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [rows, dataCenters] = await Promise.all([
    client.clusters.list({ ...given({ dataCenter: input.text('datacenter') }) }),
    client.dataCenters.list(),
  ]);
  const nameOf = namesOf(dataCenters);
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'name', of: (row) => row.name },
        { title: 'data center', of: (row) => nameOf(row.dataCenterId) },
        { title: 'comment', of: (row) => row.comment },
        { title: 'id', of: (row) => row.id },
      ],
      'No clusters.',
    ),
  );
};

export const clusterShow: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [row, dataCenters] = await Promise.all([
    client.clusters.show({ cluster: input.arg('CLUSTER') }),
    client.dataCenters.list(),
  ]);
  out.answer(row, () =>
    out.fields([
      ['name', row.name],
      ['data center', namesOf(dataCenters)(row.dataCenterId)],
      ['comment', row.comment],
      ['created', row.createdAt],
      ['id', row.id],
    ]),
  );
};

export const clusterAdd: Run = (context) =>
  changing((client, dryRun) =>
    client.clusters.add({
      name: context.input.arg('NAME'),
      ...given({ dataCenter: context.input.text('datacenter'), comment: context.input.text('comment') }),
      dryRun,
    }),
  ).run(context, {
    done: ({ cluster }) => `Cluster ${cluster.name} was created.`,
  });

export const clusterUpdate: Run = (context) =>
  changing((client, dryRun) =>
    client.clusters.update({
      cluster: context.input.arg('CLUSTER'),
      ...given({ name: context.input.text('name'), comment: context.input.text('comment') }),
      dryRun,
    }),
  ).run(context, {
    done: ({ cluster }) => `Cluster ${cluster.name} was changed.`,
  });

export const clusterRemove: Run = (context) => {
  const cluster = context.input.arg('CLUSTER');
  return changing((client, dryRun) => client.clusters.remove({ cluster, dryRun })).run(context, {
    question: `Remove cluster ${cluster}?`,

    done: () => `Cluster ${cluster} was removed.`,
  });
};

export const clusterSync: Run = (context) => {
  const cluster = context.input.arg('CLUSTER');
  return changing((client, dryRun) => client.clusters.sync({ cluster, dryRun })).run(context, {
    done: () => `The hosts of cluster ${cluster} are in sync.`,
  });
};
