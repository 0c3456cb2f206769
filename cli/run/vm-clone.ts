import { AppError } from '../../contract/app-error';
import { changing } from '../change';
import type { Run } from '../spec';
import { given } from './shared';
import { sayApart } from './split-warning';
import { refreshVm } from './vms';

export const vmClone: Run = (context) => {
  const { input } = context;
  const vm = input.arg('VM');
  const name = input.text('name');
  if (name === undefined) throw new AppError('BAD_INPUT', 'The copy has no name: pass --name NAME', { field: 'name' });
  return changing((client, dryRun) =>
    client.vms.clone({ vm, name, ...given({ comment: input.text('comment') }), dryRun }),
  ).run(context, {
    refresh: refreshVm,
    done: (output) => `VM ${output.vm.name} is a copy of ${vm}.`,
    more: (client, output) => sayApart(context, client, output.vm.id),
  });
};
