import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { servedSubnets } from '../../contract/state/reservable';
import type { AtollClient } from '../../app/client';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';
import { localTime, words } from '../text/units';
import { given, namesOf, oneOf } from './shared';

type Settings = Parameters<AtollClient['networks']['updateServices']>[0];

const refused = (field: string, message: string, hint: string): AppError =>
  new AppError('BAD_INPUT', message, { field, remedy: note(hint) });

/** Splits at the last `=` of NAME=VALUE, because a name can contain one. */
function pairOf(option: string, text: string, form: string): [string, string] {
  const at = text.lastIndexOf('=');
  if (at < 1 || at === text.length - 1)
    throw refused(option, `--${option} ${JSON.stringify(text)} has no value.`, `Write --${option} ${form}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function poolOf(range: string | undefined): Settings['pool'] {
  if (range === undefined) return undefined;
  if (range === 'none') return null;
  const [from = '', to = '', ...others] = range.split('-');
  if (to === '' || others.length > 0)
    throw refused('range', `--range ${JSON.stringify(range)} is no range.`, 'Write --range 10.9.0.200-10.9.0.250.');
  return { from, to };
}

/** `VM=ADDRESS`, or `VM/VNIC=ADDRESS` for a VM with several vNICs on the network. */
function reservationOf(text: string): NonNullable<Settings['reservations']>[number] {
  const [who, address] = pairOf('reserve', text, 'VM=ADDRESS');
  const slash = who.lastIndexOf('/');
  return slash < 1 ? { vm: who, address } : { vm: who.slice(0, slash), vnic: who.slice(slash + 1), address };
}

function optionOf(text: string): NonNullable<Settings['options']>[number] {
  const at = text.indexOf('=');
  const code = Number(text.slice(0, Math.max(0, at)));
  if (at < 1 || !Number.isInteger(code))
    throw refused('option', `--option ${JSON.stringify(text)} has no number.`, 'Write --option 66=10.9.0.5.');
  return { code, value: text.slice(at + 1) };
}

function settingsOf({ input }: Context): Omit<Settings, 'network'> {
  const off = oneOf({ on: input.flag('on'), off: input.flag('off') }) === 'off';
  oneOf({ gateway: input.text('gateway'), 'no-gateway': input.flag('no-gateway') });
  const guard = oneOf({ guard: input.flag('guard'), 'no-guard': input.flag('no-guard') });
  oneOf({ option: input.has('option'), 'no-options': input.flag('no-options') });
  const options = input.flag('no-options') ? [] : input.list('option').map(optionOf);
  const mode = input.text('mode');
  return {
    on: !off,
    ...given({
      mode: mode as Settings['mode'],
      families: input.text('families') as Settings['families'],
      subnet: input.text('subnet'),
      subnet6: input.text('subnet6'),
      pool: poolOf(input.text('range')),
      leaseSeconds: input.number('lease'),
      domain: input.text('domain'),
      options: options.length > 0 || input.flag('no-options') ? options : undefined,
      gateway: input.flag('no-gateway') ? null : input.text('gateway'),
      guard: guard === null ? undefined : guard === 'guard',
      reservations: input.has('reserve') ? input.list('reserve').map(reservationOf) : undefined,
    }),
  };
}

export const networkServices: Run = (context) => {
  const network = context.input.arg('NETWORK');
  const settings = settingsOf(context);
  if (!context.input.flag('on') && settings.on && Object.keys(settings).length === 1)
    throw refused(
      'on',
      'Nothing to change was given.',
      'Give --on, --off or a setting. Leases are listed with: atoll network leases',
    );
  return changing((client, dryRun) => client.networks.updateServices({ network, ...settings, dryRun })).run(context, {
    refresh: async (client, { network: { id } }) => ({
      network: (await client.networks.show({ network: id })).network,
    }),
    done: ({ network: { name, services } }) =>
      services === null
        ? `Addresses and names of ${name} are off.`
        : `Network ${name} has addresses in ${servedSubnets(services).join(' and ')} and names in ${services.domain}.`,
  });
};

export const networkLeases: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const network = input.arg('NETWORK');
  const [answer, hosts, of] = await Promise.all([
    client.networks.leases({ network }),
    client.hosts.list({}),
    client.networks.show({ network }),
  ]);
  const hostName = namesOf(hosts);
  out.answer(answer, ({ leases, servers }) => {
    out.table(
      leases,
      [
        { title: 'address', of: (row) => row.address },
        { title: 'vm', of: (row) => row.vm?.name ?? null },
        { title: 'vnic', of: (row) => row.vm?.vnic ?? null },
        { title: 'name', of: (row) => row.name },
        { title: 'mac', of: (row) => row.mac },
        { title: 'reserved', of: (row) => row.isReserved },
        { title: 'leased until', of: (row) => leasedUntil(row.leased) },
        { title: 'host', of: (row) => hostName(row.hostId) },
      ],
      of.network.services === null
        ? 'No addresses. Switch them on with: atoll network services NETWORK --on'
        : 'No addresses yet: no VM is on this network.',
    );
    const shown = servers.filter(({ state }) => state !== 'idle');
    if (shown.length === 0) return;
    out.line();
    out.table(
      shown,
      [
        { title: 'server on', of: (row) => hostName(row.hostId) },
        { title: 'state', of: (row) => words(row.state) },
        { title: 'range leased', of: (row) => row.range && `${row.range.leased} of ${row.range.size}` },
        { title: 'faults', of: (row) => row.faults.join('; ') || null },
        {
          title: 'other servers',
          of: (row) => row.rogues.map(({ vm, mac, address }) => `${vm ?? mac} (${address})`).join(', ') || null,
        },
      ],
      '',
    );
    for (const { hostId, range } of shown)
      if (range !== null && range.leased >= range.size) out.line(fullRange(range.size, hostName(hostId)));
  });
};

const fullRange = (size: number, host: string | null): string =>
  `${size === 1 ? 'The only address' : `All ${size} addresses`} of the range for unknown guests ${size === 1 ? 'is' : 'are'} leased on ${host ?? 'a host'}: others get none until a lease ends. Choose a larger range (--range) or a shorter lease time (--lease).`;

function leasedUntil(leased: { readonly expiresAt: string | null } | null): string | null {
  if (leased === null) return null;
  return leased.expiresAt === null ? 'forever' : localTime(leased.expiresAt);
}
