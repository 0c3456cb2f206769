import { resolve } from 'node:path';
import type { AtollClient } from '../../app/client';
import type { Disk } from '../../contract';
import { AppError } from '../../contract/app-error';
import { diskSize } from '../../contract/disk-size';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import { EXPORT_FORMATS } from '../commands/export-formats';
import type { Context } from '../context';
import { sizeOf } from '../size';
import type { Run } from '../spec';
import { bytes } from '../text/units';
import { DISK_COLUMNS } from './disk-columns';
import { busOf, formatOf } from './disk-options';
import { given, namesOf } from './shared';

export const diskList: Run = async (context) => {
  const { input, out, engine } = context;
  const { client } = await engine();
  const vm = input.maybeArg('VM');
  const [rows, vms] = await Promise.all([client.disks.list({ ...given({ vm }) }), client.vms.list({})]);
  const vmName = namesOf(vms);
  out.answer(rows, () =>
    out.table(rows, [{ title: 'vm', of: (row: Disk) => vmName(row.vmId) }, ...DISK_COLUMNS], 'No disks.'),
  );
};

export const diskUsage: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const vm = input.arg('VM');
  const [usage, rows] = await Promise.all([client.disks.usage({ vm }), client.disks.list({ vm })]);
  const nameOf = namesOf(rows);
  out.answer(usage, () => {
    out.table(
      usage.disks,
      [
        { title: 'disk', of: (row) => (row.id === null ? '(boot)' : nameOf(row.id)) },
        { title: 'size', of: (row) => diskSize(row.virtualBytes) },
        { title: 'used', of: (row) => bytes(row.usedBytes) },
        { title: 'format', of: (row) => row.format },
        { title: 'path', of: (row) => row.path },
      ],
      'It has no disks on a host.',
    );
    if (usage.roomBytes !== null) out.line(`${bytes(usage.roomBytes)} are free on its host.`);
  });
};

const target = ({ input }: Context) => ({ vm: input.arg('VM'), disk: input.arg('DISK') });
const label = ({ disk }: { disk: Disk }, { input }: Context) => `Disk ${disk.name} of ${input.arg('VM')}`;

/** The disk once its host has created or grown it. */
const refresh = async (client: AtollClient, { disk }: { disk: Disk }) => ({
  disk: (await client.disks.list({ vm: disk.vmId ?? '' })).find(({ id }) => id === disk.id) ?? disk,
});

/** What the options say of a new disk, besides its size. */
const newDisk = ({ input }: Context) => ({
  readOnly: input.flag('read-only'),
  discard: input.flag('discard'),
  ...given({ name: input.text('name'), bus: busOf(input.text('bus')), format: formatOf(input.text('format')) }),
});

export const diskAdd: Run = (context) => {
  const { input } = context;
  const size = input.text('size');
  if (size === undefined)
    throw new AppError('BAD_INPUT', '--size is missing, for example --size 20G.', { field: 'size' });
  return changing((client, dryRun) =>
    client.disks.add({
      vm: input.arg('VM'),
      sizeBytes: sizeOf('size', size),
      ...newDisk(context),
      dryRun,
    }),
  ).run(context, {
    refresh,
    done: (output) => `${label(output, context)} was added (${diskSize(output.disk.sizeBytes)}).`,
  });
};

export const diskImport: Run = (context) => {
  const { input } = context;
  const { vm, path } = { vm: input.arg('VM'), path: resolve(input.arg('FILE')) };
  const sha256 = input.text('sha256');
  return changing((client, dryRun) =>
    client.disks.import({ vm, path, ...given({ sha256 }), ...newDisk(context), dryRun }),
  ).run(context, { done: () => `${path} is a disk of ${vm} now.` });
};

export const diskExport: Run = (context) => {
  const { input } = context;
  const path = resolve(input.arg('FILE'));
  const named = input.text('format') ?? 'qcow2';
  const format = EXPORT_FORMATS.find((each) => each === named);
  if (format === undefined)
    throw new AppError('BAD_INPUT', `--format can't be ${JSON.stringify(named)}.`, {
      field: 'format',
      remedy: note('Give qcow2, raw, vmdk, vdi or vhdx.'),
    });
  const { vm, disk } = target(context);
  return changing((client, dryRun) => client.disks.export({ vm, disk, path, format, dryRun })).run(context, {
    done: () => `Disk ${disk} of ${vm} was copied to ${path}.`,
  });
};

export const diskResize: Run = (context) => {
  const sizeBytes = sizeOf('size', context.input.arg('SIZE'));
  const { vm, disk } = target(context);
  return changing((client, dryRun) => client.disks.resize({ vm, disk, sizeBytes, dryRun })).run(context, {
    done: () => `Disk ${disk} of ${vm} has ${diskSize(sizeBytes)} now.`,
  });
};

export const diskMove: Run = (context) => {
  const { input } = context;
  const { vm, disk } = target(context);
  const to = input.arg('TO');
  return changing((client, dryRun) =>
    client.disks.move({ vm, disk, to, ...given({ name: input.text('name') }), dryRun }),
  ).run(context, { done: (output) => `Disk ${output.disk.name} is on ${to} now.` });
};

export const diskRemove: Run = (context) => {
  const { vm, disk } = target(context);
  return changing((client, dryRun) => client.disks.remove({ vm, disk, dryRun })).run(context, {
    question: `Remove disk ${disk} of VM ${vm}? Its file goes to the trash.`,
    done: () => `Disk ${disk} of ${vm} was removed.`,
  });
};
