import type { AtollClient } from '../../app/client';
import type { Network, StretchStatus, WayChoice } from '../../contract';
import { textOf } from '../../english/text-of';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';
import { localTime, words } from '../text/units';
import { given, listOf, namesOf, oneOf } from './shared';

const refresh = async (client: AtollClient, { network }: { network: Network }) => ({
  network: (await client.networks.show({ network: network.id })).network,
});

export const networkStretch: Run = (context) => {
  const { input, out } = context;
  oneOf({ hosts: input.has('hosts'), cluster: input.text('cluster') });
  const flags = { auto: input.flag('auto'), direct: input.flag('direct'), relay: input.flag('relay') };
  const way: WayChoice | undefined = oneOf(flags) ?? undefined;
  return changing((client, dryRun) =>
    client.networks.stretch({
      network: input.arg('NETWORK'),
      ...given({ hosts: listOf(input, 'hosts'), cluster: input.text('cluster'), way, mtu: input.number('mtu') }),
      dryRun,
    }),
  ).run(context, {
    refresh,
    done: ({ network }) => `Network ${network.name} is stretched over ${network.stretch?.hosts.length ?? 0} hosts.`,
    more: async (client, { network }) =>
      showTunnels(context, client, network.id).then((shown) => void (shown && out.line())),
  });
};

export const networkUnstretch: Run = (context) => {
  const { input } = context;
  const host = input.text('host');
  return changing((client, dryRun) =>
    client.networks.unstretch({ network: input.arg('NETWORK'), ...given({ host }), dryRun }),
  ).run(context, {
    refresh,
    done: ({ network }) =>
      network.stretch === null
        ? `Network ${network.name} is separate on each host.`
        : `Network ${network.name} is stretched over ${network.stretch.hosts.length} hosts.`,
  });
};

export const networkTunnels: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [status, hosts] = await Promise.all([
    client.networks.tunnels({ network: input.arg('NETWORK'), measure: input.flag('measure') }),
    client.hosts.list({}),
  ]);
  out.answer(status, (shown) => {
    if (shown === null) out.line('Not stretched. Stretch it with: atoll network stretch NETWORK');
    else tables(out, shown, namesOf(hosts));
  });
};

export const networkTryDirect: Run = (context) => {
  const { input } = context;
  return changing((client, dryRun) =>
    client.networks.tryDirect({ network: input.arg('NETWORK'), ...given({ host: input.text('host') }), dryRun }),
  ).run(context, {
    refresh,
    done: ({ network }) => `Direct tunnels of ${network.name} were tried; atoll network tunnels shows them.`,
  });
};

/** The tunnels of a stretched network, as part of another answer. Returns whether it is stretched. */
export async function showTunnels(
  { out }: Pick<Context, 'out'>,
  client: AtollClient,
  network: string,
): Promise<boolean> {
  const [status, hosts] = await Promise.all([client.networks.tunnels({ network }), client.hosts.list({})]);
  if (status === null) return false;
  tables(out, status, namesOf(hosts));
  return true;
}

const percent = (share: number | null): string | null => (share === null ? null : `${Math.round(share * 100)} %`);

function tables(
  out: Context['out'],
  { members, pairs, mtu, fits }: StretchStatus,
  hostName: (id: string) => string | null,
): void {
  out.table(
    members,
    [
      { title: 'stretched to', of: (row) => hostName(row.hostId) },
      { title: 'state', of: (row) => row.state },
      { title: 'wireguard', of: (row) => row.by },
      { title: 'key', of: (row) => row.publicKey },
      { title: 'faults', of: (row) => row.faults.join('; ') || null },
    ],
    'No hosts.',
  );
  out.line();
  out.table(
    pairs,
    [
      { title: 'between', of: (row) => row.hosts.map((id) => hostName(id)).join(' and ') },
      { title: 'state', of: (row) => words(row.state) },
      { title: 'way', of: (row) => row.way },
      { title: 'since', of: (row) => row.since && localTime(row.since) },
      { title: 'loss', of: (row) => percent(row.loss) },
      { title: 'ms', of: (row) => row.delay },
      { title: 'why', of: (row) => row.why && textOf(row.why) },
    ],
    'No pairs of hosts.',
  );
  if (mtu > fits) out.line(`warning: frames over ${fits} bytes are split inside the tunnels (MTU ${mtu})`);
}
