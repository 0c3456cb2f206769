import type { AtollClient } from '../../app/client';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { canAsk, confirm } from '../ask';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';
import { printable } from '../text/escape';
import { refreshHost } from './hosts';
import { given } from './shared';
import { textOf } from '../../english/text-of';

type ImportInput = Omit<Parameters<AtollClient['hosts']['import']>[0], 'dryRun'>;

/** `host import`: shows the effect and asks, because a sealed bridge loses the host's own addresses. */
export const hostImport: Run = async (context) => {
  const { input, engine } = context;
  const { client } = await engine();
  const request = await requestOf(client, context);
  if (!input.flag('dry-run') && !input.flag('yes')) await askFor(client, request);
  await changing((_client, dryRun) => client.hosts.import({ ...request, dryRun })).run(context, {
    refresh: async (_client, output) => ({
      ...(await refreshHost(client, output)),
      vms: await Promise.all(output.vms.map(({ id }) => client.vms.show({ vm: id }))),
      networks: (await Promise.all(output.networks.map(({ id }) => client.networks.show({ network: id })))).map(
        ({ network }) => network,
      ),
    }),
    done: ({ vms, networks, skipped }) => {
      const names = [...vms.map(({ name }) => `VM ${name}`), ...networks.map(({ name }) => `network ${name}`)];
      return [
        names.length === 0 ? 'Nothing was imported.' : `Imported: ${names.join(', ')}. To undo: atoll undo`,
        ...skipped.map(({ why }) => why),
      ];
    },
  });
};

async function requestOf(client: AtollClient, { input }: Context): Promise<ImportInput> {
  const host = input.arg('HOST');
  const named = { vms: input.list('vm'), bridges: input.list('bridge') };
  const rest = { host, withVms: input.flag('with-vms'), ...given({ name: input.text('name') }) };
  if (!input.flag('all')) return { ...rest, ...named };
  if (named.vms.length + named.bridges.length > 0)
    throw new AppError('BAD_INPUT', '--all and names are mutually exclusive.', {
      field: 'all',
      remedy: note('Give one of them.'),
    });
  const { unmanaged, unmanagedVms } = await client.hosts.show({ host });
  return { ...rest, skip: true, bridges: unmanaged.map(({ name }) => name), vms: unmanagedVms.map(({ id }) => id) };
}

async function askFor(client: AtollClient, request: ImportInput): Promise<void> {
  const { preview } = await client.hosts.import({ ...request, dryRun: true });
  if (canAsk()) for (const line of preview?.summary ?? []) process.stderr.write(`${printable(textOf(line))}\n`);
  await confirm(`Import this from ${request.host}?`, false);
}
