import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Network } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { text as actions } from '../../actions/registry/text';
import { text as shared } from '../../actions/text';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { Section } from '../../ui/page';
import { State } from '../../ui/state';
import { ErrorAlert } from '../../ui/error-alert';
import type { Feel } from '../../ui/tone';
import { text } from './text';

const STATUS: Record<Network['clusters'][number]['status'], Feel> = {
  operational: { tone: 'ok', words: text.operational },
  non_operational: { tone: 'bad', words: text.nonOperational },
};
const NOWHERE: Feel = { tone: 'off', words: text.noNicYet };

/**
 * The clusters that the network is attached to, and those it can be attached to. `isOnHosts`: whether any host has it; a regular
 * network begins on none.
 */
export function ClustersPart({ network, isOnHosts }: { network: Network; isOnHosts: boolean }) {
  const clusters = (useQuery(queries.clusters()).data ?? []).filter((c) => c.dataCenterId === network.dataCenterId);
  const [detaching, setDetaching] = useState<string | null>(null);
  const attach = useCommand((cluster: string) => client.networks.attach({ network: network.id, cluster }));
  const name = clusters.find((c) => c.id === detaching)?.name ?? '';
  return (
    <Section title={text.clusters}>
      <ul className="rows">
        {clusters.map((cluster) => {
          const at = network.clusters.find((c) => c.clusterId === cluster.id);
          return (
            <li key={cluster.id}>
              <span className="grow">
                {cluster.name}
                {at?.required === true ? <small className="soft"> · {text.required}</small> : null}
              </span>
              {at === undefined ? (
                <ActionButton
                  variant="secondary"
                  size="sm"
                  isLoading={attach.busy}
                  onClick={() => void attach.run(cluster.id)}
                >
                  {text.attach}
                </ActionButton>
              ) : (
                <>
                  <State feel={network.isIsolated || isOnHosts ? STATUS[at.status] : NOWHERE} />
                  <ActionButton variant="link" size="sm" onClick={() => setDetaching(cluster.id)}>
                    {shared.ask(text.detach)}
                  </ActionButton>
                </>
              )}
            </li>
          );
        })}
      </ul>
      <ErrorAlert problem={attach.problem} />
      {detaching === null ? null : (
        <Confirm
          title={text.detachTitle(network.name, name)}
          words={actions.detachMeans}
          submit={text.detach}
          danger
          call={(dryRun) => client.networks.detach({ network: network.id, cluster: detaching, dryRun })}
          onClose={() => setDetaching(null)}
        />
      )}
    </Section>
  );
}
