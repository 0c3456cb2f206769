import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Host, isActive, type Network, type Preview } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { useHosts } from '../../actions/use-names';
import { client } from '../../api/client';
import type { HostShow } from '../../api/live-shows';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { ChoiceField } from '../../ui/fields';
import { text } from './text';

/** The active hosts of the network's clusters, by its label, that do not have it. */
export function useWaitingHosts(network: Network, having: ReadonlySet<string>): Host[] {
  return [...useHosts().values()].filter(
    ({ id, clusterId, state, labels }) =>
      isActive(state) &&
      !having.has(id) &&
      network.clusters.some((cluster) => cluster.clusterId === clusterId) &&
      (network.label === null || labels.includes(network.label)),
  );
}

/** A regular network waits for a NIC on each host: choose one host by host, or the same on all at once. */
export function WaitingHosts({ network, hosts }: { network: Network; hosts: readonly Host[] }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <ul className="plain-list">
        {hosts.map((host) => (
          <li key={host.id}>
            <Link to="/hosts/$id" params={{ id: host.id }} search={{ tab: 'networks', do: 'setup' }}>
              {text.chooseNicOn(host.name)}
            </Link>
          </li>
        ))}
      </ul>
      {hosts.length < 2 ? null : (
        <p>
          <ActionButton variant="secondary" size="sm" onClick={() => setIsOpen(true)}>
            {text.sameNicEverywhere}
          </ActionButton>
        </p>
      )}
      {isOpen ? <SameNic network={network} hosts={hosts} onClose={() => setIsOpen(false)} /> : null}
    </>
  );
}

/** What can carry a network on a host: bonds, and NICs that are in none. */
function targetsOf({ nics, bonds }: HostShow): string[] {
  const bonded = new Set(bonds.flatMap((bond) => bond.nics));
  return [
    ...nics.filter(({ kind, name }) => kind === 'nic' && !bonded.has(name)).map(({ name }) => name),
    ...bonds.map(({ name }) => name),
  ].sort();
}

/** The names that mean a NIC on every host; those that carry no connection of Atoll come first. */
export function commonTargets(shows: readonly HostShow[]): string[] {
  const [first = [], ...rest] = shows.map(targetsOf);
  const common = first.filter((name) => rest.every((names) => names.includes(name)));
  const isCarrying = (name: string): boolean =>
    shows.some(({ nics }) => nics.some((nic) => nic.name === name && nic.carriesConnection));
  return [...common.filter((name) => !isCarrying(name)), ...common.filter(isCarrying)];
}

interface SameNicProps {
  readonly network: Network;
  readonly hosts: readonly Host[];
  readonly onClose: () => void;
}

function SameNic({ network, hosts: waiting, onClose }: SameNicProps) {
  // Hosts that have got it in the meantime stay in the dialog until it closes.
  const [hosts] = useState(waiting);
  const shows = useQueries({ queries: hosts.map(({ id }) => queries.host(id)) }).flatMap(({ data }) => data ?? []);
  const [chosen, setChosen] = useState<string | null>(null);
  if (shows.length < hosts.length) return null;
  const nics = commonTargets(shows);
  const nic = chosen ?? nics[0] ?? null;
  const attach = nic === null ? [] : [{ network: network.id, nic }];
  const setUp = async (dryRun: boolean) => {
    const answers = await Promise.all(hosts.map(({ id }) => client.hosts.setupNetworks({ host: id, attach, dryRun })));
    return {
      job: answers[0]?.job ?? null,
      preview: dryRun ? merged(answers.flatMap(({ preview }) => preview ?? [])) : null,
    };
  };
  return (
    <Confirm
      title={text.everywhereTitle(network.name)}
      words={text.everywhereMeans(hosts.map(({ name }) => name))}
      submit={text.setUpAll}
      why={nic === null ? text.noCommonNic : null}
      previewKey={nic ?? ''}
      call={setUp}
      onClose={onClose}
    >
      <ChoiceField
        label={text.nicOnAll}
        value={nic ?? ''}
        onChange={setChosen}
        choices={nics.map((name) => ({ value: name, label: name }))}
      />
    </Confirm>
  );
}

/** One preview of several, each of one host. */
const merged = (previews: readonly Preview[]): Preview => ({
  // What is the same on each host is said once.
  summary: [
    ...new Map(previews.flatMap(({ summary }) => summary.map((line) => [JSON.stringify(line), line]))).values(),
  ],
  hosts: previews.flatMap(({ hosts }) => hosts),
  promises: previews.flatMap(({ promises }) => promises ?? []),
});
