import type { AtollClient } from '../../app/client';
import type { Vnic } from '../../contract';
import { AppError } from '../../contract/app-error';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';
import { sayApart } from './split-warning';
import { given, namesOf } from './shared';
import { vnicColumns } from './vms';

const ASSIGNED = { title: 'assigned address', of: (row: Vnic) => row.assignedAddress };

export const vnicList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [rows, vms, networks] = await Promise.all([
    client.vnics.list({ ...given({ vm: input.maybeArg('VM'), network: input.text('network') }) }),
    client.vms.list({}),
    client.networks.list({}),
  ]);
  const vmName = namesOf(vms);
  out.answer(rows, () =>
    out.table(
      rows,
      [{ title: 'vm', of: (row: Vnic) => vmName(row.vmId) }, ...vnicColumns(networks), ASSIGNED],
      'No vNICs.',
    ),
  );
};

const target = ({ input }: Context) => ({ vm: input.arg('VM'), vnic: input.arg('NIC') });
const label = ({ vnic }: { vnic: Vnic }, { input }: Context) => `vNIC ${vnic.name} of ${input.arg('VM')}`;

/** The vNIC once the guest has it, or has released it. */
const refresh = async (client: AtollClient, { vnic }: { vnic: Vnic }) => ({
  vnic: (await client.vnics.list({ vm: vnic.vmId })).find(({ id }) => id === vnic.id) ?? vnic,
});

export const vnicAdd: Run = (context) => {
  const { input } = context;
  return changing((client, dryRun) =>
    client.vnics.add({
      vm: input.arg('VM'),
      plugged: !input.flag('unplugged'),
      linked: !input.flag('unlinked'),
      ...given({ name: input.text('name'), network: input.text('network'), mac: input.text('mac') }),
      dryRun,
    }),
  ).run(context, {
    refresh,
    done: (output) => `${label(output, context)} was added (${output.vnic.mac}).`,
    more: (client, output) => sayApart(context, client, output.vnic.vmId),
  });
};

export const vnicPlug: Run = (context) =>
  changing((client, dryRun) => client.vnics.plug({ ...target(context), dryRun })).run(context, {
    refresh,
    done: (output) => `${label(output, context)} is plugged.`,
    more: (client, output) => sayApart(context, client, output.vnic.vmId),
  });

export const vnicUnplug: Run = (context) =>
  changing((client, dryRun) => client.vnics.unplug({ ...target(context), dryRun })).run(context, {
    refresh,
    done: (output) => `${label(output, context)} is unplugged.`,
  });

export const vnicLink: Run = (context) => {
  const wanted = context.input.arg('UP|DOWN');
  if (wanted !== 'up' && wanted !== 'down')
    throw new AppError('BAD_INPUT', `A link is up or down, not ${JSON.stringify(wanted)}.`, { field: 'up' });
  return changing((client, dryRun) => client.vnics.link({ ...target(context), up: wanted === 'up', dryRun })).run(
    context,
    {
      refresh,
      done: (output) => `The link of ${label(output, context)} is ${wanted}.`,
    },
  );
};

export const vnicMove: Run = (context) => {
  const network = context.input.text('network');
  const none = context.input.flag('none');
  if ((network === undefined) === !none)
    throw new AppError('BAD_INPUT', 'No destination: pass either --network N or --none.', { field: 'network' });
  return changing((client, dryRun) => client.vnics.move({ ...target(context), network: network ?? null, dryRun })).run(
    context,
    {
      refresh,
      done: (output) => `${label(output, context)} is on ${network ?? 'no network'}.`,
      more: (client, output) => sayApart(context, client, output.vnic.vmId),
    },
  );
};

export const vnicRemove: Run = (context) => {
  const { vm, vnic } = target(context);
  return changing((client, dryRun) => client.vnics.remove({ vm, vnic, dryRun })).run(context, {
    question: `Remove vNIC ${vnic} of VM ${vm}?`,

    done: () => `vNIC ${vnic} of ${vm} was removed.`,
  });
};
