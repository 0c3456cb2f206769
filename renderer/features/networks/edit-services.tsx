import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { z } from 'zod';
import {
  DEFAULT_LEASE_SECONDS,
  LeaseSeconds,
  type Network,
  ServicesDomain,
  ServicesFamilies,
  ServicesMode,
  ServicesOption,
  ServicesPool,
  Subnet,
  Subnet6,
} from '../../../contract';
import { CommandDialog } from '../../actions/command-dialog';
import { client } from '../../api/client';
import type { NetworkShow } from '../../api/live-shows';
import { useCommand } from '../../api/use-command';
import { ChoiceField, TextAreaField, TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { text } from './text';

const words = text.services;

interface Fields {
  readonly on: boolean;
  readonly mode: string;
  readonly families: string;
  readonly subnet: string;
  readonly subnet6: string;
  readonly pool: string;
  readonly leaseSeconds: string;
  readonly domain: string;
  readonly options: string;
  readonly gateway: string;
  readonly guard: boolean;
}

const Draft = z.object({
  on: z.boolean(),
  mode: ServicesMode.optional(),
  families: ServicesFamilies.optional(),
  subnet: Subnet.nullable().optional(),
  subnet6: Subnet6.nullable().optional(),
  pool: ServicesPool.nullable().optional(),
  leaseSeconds: LeaseSeconds.optional(),
  domain: ServicesDomain.nullable().optional(),
  options: z.array(ServicesOption).optional(),
  gateway: z.string().nullable().optional(),
  guard: z.boolean().optional(),
});

function poolOf(range: string) {
  if (range.trim() === '') return null;
  const [from = '', to = ''] = range.split('-').map((address) => address.trim());
  return { from, to };
}

const optionsOf = (lines: string) =>
  lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf('=');
      return { code: Number(line.slice(0, Math.max(0, at)).trim()), value: line.slice(at + 1).trim() };
    });

/** Off sends no settings: they are forgotten. */
function toInput(fields: Fields): z.input<typeof Draft> {
  const { on, mode, families, subnet, subnet6, pool, leaseSeconds, domain, options, gateway, guard } = fields;
  if (!on) return { on };
  const hasIpv4 = families !== 'ipv6';
  return {
    on,
    mode: mode as ServicesMode,
    families: families as ServicesFamilies,
    // What does not show is not changed.
    ...(hasIpv4 ? { subnet: subnet.trim() === '' ? null : subnet.trim() } : {}),
    ...(families === 'ipv4' ? {} : { subnet6: subnet6.trim() === '' ? null : subnet6.trim() }),
    // Whoever chooses another subnet and leaves the range gets one that fits.
    ...(pool === KEPT || !hasIpv4 ? {} : { pool: poolOf(pool) }),
    leaseSeconds: Number(leaseSeconds),
    domain: domain.trim() === '' ? null : domain.trim(),
    options: optionsOf(options),
    gateway: gateway === '' ? null : gateway,
    guard,
  };
}

/** The range of a network whose services are off: the engine chooses it. */
const KEPT = 'auto';

function fieldsOf({ services, guestSubnet }: Network): Fields {
  return {
    on: true,
    mode: services?.mode ?? 'all',
    families: services?.families ?? 'ipv4',
    subnet6: services?.subnet6 ?? '',
    guard: services?.guard ?? false,
    subnet: services === null || services.subnet === guestSubnet ? '' : services.subnet,
    pool: services === null ? KEPT : services.pool === null ? '' : `${services.pool.from}-${services.pool.to}`,
    leaseSeconds: String(services?.leaseSeconds ?? DEFAULT_LEASE_SECONDS),
    domain: services?.domain ?? '',
    options: (services?.options ?? []).map(({ code, value }) => `${code}=${value}`).join('\n'),
    gateway: services?.gatewayVmId ?? '',
  };
}

/** Switches addresses and names of a network on or off, and changes their settings. */
export function EditServices({
  network,
  vms,
  onClose,
}: {
  network: Network;
  vms: NetworkShow['vms'];
  onClose: () => void;
}) {
  const form = useFormState<Fields>(fieldsOf(network), Draft, toInput);
  const { draft, set } = form;
  const command = useCommand(() => client.networks.updateServices({ network: network.id, ...toInput(draft) }));
  const { problem } = command;
  const poolError = ['pool', 'pool.from', 'pool.to'].map((path) => form.errorOf(path, problem)).find((e) => e !== null);
  const optionError = optionsOf(draft.options)
    .flatMap((_, i) => [form.errorOf(`options.${i}.code`, problem), form.errorOf(`options.${i}.value`, problem)])
    .find((error) => error !== null);
  return (
    <CommandDialog
      title={words.editTitle(network.name)}
      description={words.means}
      submit={text.save}
      command={command}
      form={form}
      onClose={onClose}
    >
      <Checkbox id="services-on" label={words.switch} isChecked={draft.on} onChange={(_, on) => set('on', on)} />
      {draft.on ? (
        <>
          <ChoiceField
            label={words.mode}
            {...form.field('mode', problem)}
            choices={ServicesMode.options.map((value) => ({ value, label: words.modes[value] }))}
          />
          <ChoiceField
            label={words.families}
            {...form.field('families', problem)}
            choices={ServicesFamilies.options.map((value) => ({ value, label: words.familyNames[value] }))}
          />
          {draft.families === 'ipv6' ? null : (
            <TextField
              label={words.subnet}
              {...form.field('subnet', problem)}
              {...(network.guestSubnet === null ? {} : { help: words.subnetMeans(network.guestSubnet) })}
            />
          )}
          {draft.pool === KEPT || draft.families === 'ipv6' ? null : (
            <TextField
              label={words.pool}
              value={draft.pool}
              onChange={(pool) => set('pool', pool)}
              error={poolError ?? null}
              help={words.poolMeans}
            />
          )}
          {draft.families === 'ipv4' ? null : (
            <TextField label={words.subnet6} {...form.field('subnet6', problem)} help={words.subnet6Means} />
          )}
          <TextField label={words.lease} type="number" {...form.field('leaseSeconds', problem)} />
          <TextField label={words.domain} {...form.field('domain', problem)} help={words.domainMeans} />
          <ChoiceField
            label={words.gateway}
            {...form.field('gateway', problem)}
            help={words.gatewayMeans}
            choices={[
              { value: '', label: words.noGateway },
              ...vms.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <Checkbox
            id="services-guard"
            label={words.guard}
            description={words.guardMeans}
            isChecked={draft.guard}
            onChange={(_, guard) => set('guard', guard)}
          />
          <TextAreaField
            label={words.options}
            value={draft.options}
            onChange={(options) => set('options', options)}
            error={optionError ?? form.errorOf('options', problem)}
            help={words.optionsMeans}
          />
        </>
      ) : null}
    </CommandDialog>
  );
}
