import { resolve } from 'node:path';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import { VM_EXPORT_FORMATS } from '../commands/export-formats';
import type { Run } from '../spec';
import { given } from './shared';
import { sayApart } from './split-warning';
import { refreshVm } from './vms';

export const vmExport: Run = (context) => {
  const { input } = context;
  const vm = input.arg('VM');
  const path = resolve(input.arg('FILE'));
  const named = input.text('format') ?? 'ova';
  const format = VM_EXPORT_FORMATS.find((each) => each === named);
  if (format === undefined)
    throw new AppError('BAD_INPUT', `--format can't be ${JSON.stringify(named)}.`, {
      field: 'format',
      remedy: note('Give ova or qcow2.'),
    });
  return changing((client, dryRun) => client.vms.export({ vm, path, format, dryRun })).run(context, {
    done: () => `VM ${vm} was exported to ${path}.`,
  });
};

export const vmImport: Run = (context) => {
  const { input } = context;
  const path = resolve(input.arg('FILE'));
  const network = input.text('network');
  const options = given({
    name: input.text('name'),
    cluster: input.text('cluster'),
    host: input.text('host'),
    sha256: input.text('sha256'),
    network: network === 'none' ? null : network,
  });
  return changing((client, dryRun) => client.vms.import({ path, ...options, dryRun })).run(context, {
    refresh: refreshVm,
    done: ({ vm, leftOut }) => [
      `VM ${vm.name} was imported from ${path}.`,
      ...leftOut.map((what) => `Left out: ${what}.`),
    ],
    more: (client, output) => sayApart(context, client, output.vm.id),
  });
};
