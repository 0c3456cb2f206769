import type { AtollClient } from '../../app/client';
import type { BondMode } from '../../contract';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import type { Run } from '../spec';
import { bitRate } from '../text/units';
import { given } from './shared';

type Setup = Parameters<AtollClient['hosts']['setupNetworks']>[0];
type Attach = NonNullable<Setup['attach']>[number];
type Bond = NonNullable<Setup['bonds']>[number];

function refuse(option: string, message: string): never {
  throw new AppError('BAD_INPUT', `--${option}: ${message}.`, {
    field: option,
    remedy: note(`See atoll host setup-networks --help.`),
  });
}

/** Splits `NAME=TARGET,key=value,flag`. A name can contain anything except `=`; others are given by id. */
function cut(option: string, text: string): { name: string; target: string | null; rest: Map<string, string> } {
  const at = text.indexOf('=');
  if (at < 0) return { name: text, target: null, rest: new Map() };
  const [target = '', ...words] = text.slice(at + 1).split(',');
  if (target === '') refuse(option, `"${text}" names nothing after the =`);
  const rest = new Map(
    words.map((word) => [word.split('=')[0] ?? '', word.includes('=') ? word.slice(word.indexOf('=') + 1) : '']),
  );
  return { name: text.slice(0, at), target, rest };
}

const KEYS: ReadonlySet<string> = new Set(['dhcp', 'address', 'gateway', 'address6', 'gateway6']);

/** `red=eth1,address=192.0.2.10/24,gateway=192.0.2.1`; an isolated network is only named. */
export function attachOf(text: string): Attach {
  const { name, target, rest } = cut('attach', text);
  const odd = [...rest.keys()].find((key) => !KEYS.has(key));
  if (odd !== undefined) refuse('attach', `"${odd}" is not one of ${[...KEYS].join(', ')}`);
  const [address, address6] = [rest.get('address'), rest.get('address6')];
  if (rest.has('dhcp') && address !== undefined) refuse('attach', 'dhcp and address= exclude each other');
  if (rest.has('gateway') && address === undefined) refuse('attach', 'gateway= needs address=');
  if (rest.has('gateway6') && address6 === undefined) refuse('attach', 'gateway6= needs address6=');
  return {
    network: name,
    nic: target,
    ...(rest.has('dhcp') ? { ipv4: { kind: 'dhcp' } as const } : {}),
    ...(address === undefined
      ? {}
      : { ipv4: { kind: 'static', address, gateway: rest.get('gateway') ?? null } as const }),
    ...(address6 === undefined
      ? {}
      : { ipv6: { kind: 'static', address: address6, gateway: rest.get('gateway6') ?? null } as const }),
  };
}

/** `bond0=eth1+eth2,mode=802.3ad` */
export function bondOf(text: string): Bond {
  const { name, target, rest } = cut('bond', text);
  if (target === null) refuse('bond', `"${text}" names no NICs: write bond0=eth1+eth2`);
  const odd = [...rest.keys()].find((key) => key !== 'mode');
  if (odd !== undefined) refuse('bond', `"${odd}" is not known; there is only mode=`);
  const mode = rest.get('mode');
  // The contract validates the mode.
  return { name, nics: target.split('+'), ...(mode === undefined ? {} : { mode: mode as BondMode }) };
}

export const setupNetworks: Run = (context) => {
  const { input } = context;
  const request = {
    host: input.arg('HOST'),
    attach: input.list('attach').map(attachOf),
    detach: input.list('detach'),
    bonds: input.list('bond').map(bondOf),
    removeBonds: input.list('remove-bond'),
    override: input.list('override'),
    ...given({ commitTimeout: input.number('commit-timeout') }),
  };
  return changing((client, dryRun) => client.hosts.setupNetworks({ ...request, dryRun })).run(context, {
    refresh: async (client, { host }) => ({ host: (await client.hosts.show({ host: host.id })).host }),
    done: ({ host }) => `The networks of ${host.name} are set up.`,
  });
};

export const hostNics: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const { nics, attachments } = await client.hosts.show({ host: input.arg('HOST') });
  const networks = new Map((await client.networks.list({})).map(({ id, name }) => [id, name]));
  const onNic = (nic: string): string =>
    attachments
      .flatMap((each) => (each.nic === nic ? [networks.get(each.networkId) ?? each.networkId] : []))
      .join(', ');
  out.answer(nics, (rows) =>
    out.table(
      rows,
      [
        { title: 'nic', of: (row) => row.name },
        { title: 'kind', of: (row) => (row.kind === 'bond' ? `bond (${row.mode ?? '?'})` : row.kind) },
        { title: 'up', of: (row) => row.up },
        { title: 'speed', of: (row) => row.speedMbps && bitRate(row.speedMbps) },
        { title: 'networks', of: (row) => onNic(row.name) },
        { title: 'in', of: (row) => row.bridge },
        { title: 'addresses', of: (row) => row.addresses.join(', ') },
        { title: 'mtu', of: (row) => row.mtu },
        { title: 'mac', of: (row) => row.mac },
        { title: 'connection', of: (row) => (row.carriesConnection ? 'runs over it' : null) },
      ],
      'No NICs found there yet.',
    ),
  );
};
