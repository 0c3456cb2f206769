import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { HostAddress, type Lease, type Network, type ServicesServer, isIpv4 } from '../../../contract';
import { z } from 'zod';
import { CommandDialog } from '../../actions/command-dialog';
import { ActionTool } from '../../actions/registry/action-bar';
import { useHosts } from '../../actions/use-names';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { momentWords } from '../../ui/language';
import { Section } from '../../ui/page';
import { State } from '../../ui/state';
import type { Tone } from '../../ui/tone';
import { text } from './text';

const words = text.services;

const TONES: Record<ServicesServer['state'], Tone> = {
  running: 'ok',
  starting: 'busy',
  faulty: 'bad',
  idle: 'off',
  unknown: 'unknown',
};

/** The servers of a network, and the addresses of its guests. */
export function ServicesPart({ network }: { network: Network }) {
  return (
    <Section title={words.title} tools={<ActionTool kind="network" object={network} id="services" />}>
      {network.services === null ? <p className="soft">{words.off}</p> : <Served network={network} />}
    </Section>
  );
}

function Served({ network }: { network: Network }) {
  const { data } = useQuery(queries.leases(network.id));
  const hosts = useHosts();
  if (data === undefined) return null;
  const servers = data.servers.filter(({ state }) => state !== 'idle');
  return (
    <>
      <ul className="rows">
        {servers.map(({ hostId, state, faults, range, rogues }) => (
          <li key={hostId}>
            <span className="grow">
              {words.serverOn(hosts.get(hostId)?.name ?? hostId)}
              {faults.map((fault) => (
                <small key={fault} className="block soft">
                  {fault}
                </small>
              ))}
              {range !== null && range.leased >= range.size ? (
                <small className="block bad">{words.rangeFull(range.size)}</small>
              ) : null}
              {rogues.map(({ vm, mac, address, kind }) => (
                <small key={`${mac} ${kind}`} className="block bad">
                  {words.rogue(vm ?? words.unknownGuest(mac), address, kind, network.services?.guard === true)}
                </small>
              ))}
            </span>
            <State feel={{ tone: TONES[state], words: words.servers[state] }} />
          </li>
        ))}
      </ul>
      {data.leases.length === 0 ? <p className="soft">{words.none}</p> : null}
      <ul className="rows" aria-label={words.title}>
        {data.leases.map((lease) => (
          <LeaseRow key={`${lease.mac ?? ''} ${lease.address}`} network={network} lease={lease} />
        ))}
      </ul>
    </>
  );
}

function LeaseRow({ network, lease }: { network: Network; lease: Lease }) {
  const { address, vm, mac, name, leased } = lease;
  const [reserving, setReserving] = useState(false);
  return (
    <li>
      <span className="grow">
        {vm === null ? (
          words.unknownGuest(mac ?? '')
        ) : (
          <Link to="/vms/$id" params={{ id: vm.id }}>
            {vm.name}
          </Link>
        )}
        <small className="block soft">
          <span className="mono">{address}</span>
          {name === null ? null : <> · {name}</>}
        </small>
      </span>
      <small className="soft">
        {leased === null
          ? words.notLeased
          : `${words.leased} ${leased.expiresAt === null ? words.forever : momentWords(leased.expiresAt)}`}
      </small>
      {vm === null || !lease.isReserved || !isIpv4(address) ? null : (
        <ActionButton variant="link" size="sm" onClick={() => setReserving(true)}>
          {words.reserve}
        </ActionButton>
      )}
      {vm !== null && reserving ? (
        <Reserve network={network} vm={vm} address={address} onClose={() => setReserving(false)} />
      ) : null}
    </li>
  );
}

const Draft = z.object({ address: HostAddress });

function Reserve(props: { network: Network; vm: NonNullable<Lease['vm']>; address: string; onClose: () => void }) {
  const { network, vm, onClose } = props;
  const form = useFormState({ address: props.address }, Draft);
  const { address } = form.draft;
  const command = useCommand(() =>
    client.networks.updateServices({ network: network.id, reservations: [{ vm: vm.id, vnic: vm.vnic, address }] }),
  );
  return (
    <CommandDialog
      title={words.reserveTitle(vm.name)}
      description={words.reserveMeans(network.services?.subnet ?? '')}
      submit={text.save}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <TextField label={words.address} required autoFocus {...form.field('address', command.problem)} />
    </CommandDialog>
  );
}
