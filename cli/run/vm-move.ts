import { hintOf } from '../../english/remedies';
import { textOf } from '../../english/text-of';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { shellWord } from '../../contract/shell-word';
import { changing } from '../change';
import type { Run } from '../spec';
import { mebibytes, words } from '../text/units';
import { given } from './shared';
import { refreshVm } from './vms';
import { sayApart } from './split-warning';

export const vmPlacement: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const fits = await client.vms.placement({ vm: input.arg('VM'), move: input.flag('move') });
  out.answer(fits, () =>
    out.table(
      fits,
      [
        { title: 'host', of: (row) => row.host },
        { title: 'state', of: (row) => words(row.state) },
        { title: 'can take it', of: (row) => row.can },
        { title: 'chosen', of: (row) => (row.chosen ? 'chosen' : null) },
        { title: 'same network', of: (row) => row.mates },
        { title: 'memory left', of: (row) => (row.memoryLeftMiB === null ? null : mebibytes(row.memoryLeftMiB)) },
        { title: 'why', of: (row) => (row.why === null ? null : textOf(row.why)) },
      ],
      'Its cluster has no host. Add one with: atoll host add NAME --lab',
    ),
  );
};

export const vmAdditions: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const additions = await client.vms.additions({ vm: input.arg('VM') });
  out.answer(additions, () =>
    out.table(
      additions,
      [
        { title: 'id', of: (row) => row.id },
        { title: 'part', of: (row) => row.what },
        { title: 'a move', of: (row) => (row.accepted ? 'keeps it' : row.canCarry ? 'asks' : 'can only leave it out') },
        { title: 'definition', of: (row) => row.xml.replace(/\s+/g, ' ').slice(0, 200) },
      ],
      'Its definition has nothing that a move asks about.',
    ),
  );
};

export const vmMove: Run = (context) => {
  const vm = context.input.arg('VM');
  const host = context.input.text('host');
  if (host === undefined)
    throw new AppError('BAD_INPUT', 'No destination host: pass --host HOST', {
      field: 'host',
      remedy: note(`atoll vm placement ${shellWord(vm)} --move says which hosts can take it.`),
    });
  const carry = context.input.list('carry');
  const leave = context.input.list('leave');
  return changing((client, dryRun) => client.vms.move({ vm, host, carry, leave, dryRun })).run(context, {
    refresh: refreshVm,
    done: (output) => `VM ${output.vm.name} is on ${host}.`,
    more: (client, output) => sayApart(context, client, output.vm.id),
  });
};

export const placeTogether: Run = (context) => {
  const { input } = context;
  const network = input.arg('NETWORK');
  const stopVms = input.flag('stop-vms');
  return changing((client, dryRun) =>
    client.networks.placeTogether({
      network,
      ...given({ host: input.text('host') }),
      stopVms,
      start: input.flag('start'),
      dryRun,
    }),
  ).run(context, {
    ...(stopVms
      ? { question: `Shut down the VMs of ${network} that run on other hosts, move and start them again?` }
      : {}),
    done: (output) => `The VMs of ${output.network.name} are placed on ${output.host.name}.`,
    more: async (client, output) => {
      for (const apart of await client.map.apart({ network: output.network.id })) {
        context.out.line(`warning: ${textOf(apart.message)}`);
        context.out.line(hintOf(apart.remedy));
      }
    },
  });
};
