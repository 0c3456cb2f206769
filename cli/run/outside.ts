import type { AtollClient } from '../../app/client';
import type { Forward } from '../../contract';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import type { Run } from '../spec';
import { words } from '../text/units';
import { given, namesOf } from './shared';

export const outsideEnable: Run = (context) => {
  const host = context.input.arg('HOST');
  return changing((client, dryRun) => client.outside.enable({ host, dryRun })).run(context, {
    done: ({ network }) => `The uplink of ${host} is enabled: only VMs with a vNIC on ${network.name} can use it.`,
  });
};

export const outsideDisable: Run = (context) => {
  const host = context.input.arg('HOST');
  return changing((client, dryRun) => client.outside.disable({ host, dryRun })).run(context, {
    question: `Disable the uplink of ${host}?`,
    done: () => `The uplink of ${host} is disabled.`,
  });
};

export const forwardList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [rows, vms] = await Promise.all([
    client.forwards.list({ ...given({ vm: input.maybeArg('VM') }) }),
    client.vms.list({}),
  ]);
  const vmName = namesOf(vms);
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'here', of: (row: Forward) => here(row) },
        { title: 'vm', of: (row) => vmName(row.vmId) },
        { title: 'port', of: (row) => `${row.guestPort}/${row.protocol}` },
        { title: 'state', of: (row) => words(row.state) },
        { title: 'message', of: (row) => row.message },
        { title: 'id', of: (row) => row.id },
      ],
      'No forwards yet. Add one with: atoll forward add VM PORT',
    ),
  );
};

const here = ({ address, hostPort }: Forward): string => `${address}:${hostPort}`;

export const forwardAdd: Run = (context) => {
  const { input } = context;
  const vm = input.arg('VM');
  const guestPort = portOf(input.arg('PORT'));
  const hostPort = input.number('host-port');
  const protocol = input.flag('udp') ? 'udp' : 'tcp';
  return changing((client, dryRun) =>
    client.forwards.add({ vm, guestPort, protocol, ...given({ hostPort }), dryRun }),
  ).run(context, {
    refresh: async (client: AtollClient, { forward }: { forward: Forward }) => ({
      forward: (await client.forwards.list({})).find(({ id }) => id === forward.id) ?? forward,
    }),
    done: ({ forward }) =>
      forward.state === 'open'
        ? `${here(forward)} leads to port ${guestPort} of ${vm}.`
        : `${here(forward)} will lead to port ${guestPort} of ${vm}${forward.message === null ? '' : `: ${forward.message}`}.`,
  });
};

/** By id, or by the port of this computer, which nearly always identifies one. */
export const forwardRemove: Run = async (context) => {
  const { client } = await context.engine();
  const ref = context.input.arg('FORWARD');
  const found = (await client.forwards.list({})).filter(({ id, hostPort }) => id === ref || String(hostPort) === ref);
  const [one] = found;
  if (!one)
    throw new AppError('NOT_FOUND', `There is no forward ${JSON.stringify(ref)}.`, {
      field: 'forward',
      remedy: note('List them: atoll forward list'),
    });
  if (found.length > 1)
    throw new AppError('AMBIGUOUS', `Forwards of TCP and UDP have the port ${ref}.`, {
      field: 'forward',
      remedy: note('Give its id: atoll forward list'),
    });
  await changing((engine, dryRun) => engine.forwards.remove({ forward: one.id, dryRun })).run(context, {
    question: `Remove the forward of ${here(one)}?`,
    done: () => `The forward of ${here(one)} was removed.`,
  });
};

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new AppError('BAD_INPUT', `${JSON.stringify(text)} is not a port.`, {
    field: 'guestPort',
    remedy: note('Give a number from 1 to 65535.'),
  });
}
