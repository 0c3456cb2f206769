import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { useState } from 'react';
import { Confirm } from '../../actions/confirm';
import { text as shared } from '../../actions/text';
import { whyNotHost } from '../../actions/why';
import { client } from '../../api/client';
import type { HostShow } from '../../api/live-shows';
import { ActionButton } from '../../ui/action-button';
import { text } from './text';

/**
 * Objects of other Atoll databases on the host: a warning for each database, with an action to adopt its networks and VMs if it is
 * lost.
 */
export function OtherStoresPart({ show }: { show: HostShow }) {
  const { unmanaged, unmanagedVms, host } = show;
  const [asking, setAsking] = useState<string | null>(null);
  const owners = [...unmanaged, ...unmanagedVms].flatMap(({ owner }) => owner ?? []);
  const namesOf = (store: string): string[] => [
    ...unmanaged.filter(({ owner }) => owner === store).map(({ name }) => name),
    ...unmanagedVms.filter(({ owner }) => owner === store).map(({ name }) => name),
  ];
  return (
    <>
      {[...new Set(owners)].sort().map((store) => (
        <Alert
          key={store}
          variant="warning"
          isInline
          title={text.otherStoreTitle}
          actionLinks={
            <ActionButton
              variant="secondary"
              size="sm"
              why={whyNotHost(host.state, 'takeOver')}
              onClick={() => setAsking(store)}
            >
              {shared.ask(text.takeOver)}
            </ActionButton>
          }
        >
          <p>{text.otherStoreMeans(namesOf(store))}</p>
          <p className="soft">
            {text.store} <span className="mono">{store}</span>
          </p>
        </Alert>
      ))}
      {asking === null ? null : (
        <Confirm
          title={text.takeOverTitle(host.name)}
          words={text.takeOverMeans}
          submit={text.takeOver}
          danger
          previewKey={`${host.id} ${asking}`}
          untilPreview={text.takeOverUntilPreview}
          call={(dryRun) => client.hosts.takeOver({ host: host.id, from: asking, dryRun })}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
