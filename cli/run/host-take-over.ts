import type { AtollClient } from '../../app/client';
import { canAsk, confirm } from '../ask';
import { changing } from '../change';
import type { Run } from '../spec';
import { printable } from '../text/escape';
import { refreshHost } from './hosts';
import { given } from './shared';
import { textOf } from '../../english/text-of';

/** `host take-over`: shows its effect and the store, then asks, because that store can't manage anything there afterwards. */
export const hostTakeOver: Run = async (context) => {
  const { input, engine } = context;
  const { client } = await engine();
  const named = { host: input.arg('HOST'), ...given({ from: input.text('from') }) };
  const isDry = input.flag('dry-run');
  const from = isDry || named.from !== undefined ? named.from : await storeOf(client, named.host);
  const request = { host: named.host, ...given({ from }) };
  if (!isDry && !input.flag('yes')) await ask(client, request);
  await changing((_client, dryRun) => client.hosts.takeOver({ ...request, dryRun })).run(context, {
    refresh: async (_client, output) => ({
      ...(await refreshHost(client, output)),
      from: output.from,
      vms: await Promise.all(output.vms.map(({ id }) => client.vms.show({ vm: id }))),
      networks: (await Promise.all(output.networks.map(({ id }) => client.networks.show({ network: id })))).map(
        ({ network }) => network,
      ),
    }),
    done: ({ vms, networks }) => {
      const names = [...vms.map(({ name }) => `VM ${name}`), ...networks.map(({ name }) => `network ${name}`)];
      return `Taken over: ${names.length === 0 ? 'what was left' : names.join(', ')}.`;
    },
  });
};

/** The only other store with marks on the host; the engine refuses if there are more. */
const storeOf = async (client: AtollClient, host: string): Promise<string> =>
  (await client.hosts.takeOver({ host, dryRun: true })).from;

async function ask(client: AtollClient, request: { host: string; from?: string }): Promise<void> {
  const { preview, from } = await client.hosts.takeOver({ ...request, dryRun: true });
  const lines = [...(preview?.summary ?? []), ...(preview?.hosts ?? []).flatMap(({ changes }) => changes)];
  if (canAsk()) for (const line of lines) process.stderr.write(`${printable(textOf(line))}\n`);
  await confirm(`Take over from the database ${from} on ${request.host}?`, false);
}
