import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirm } from '../../actions/confirm';
import { useHosts } from '../../actions/use-names';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { dayWords } from '../../ui/language';
import { Ago } from '../../ui/time';
import { text } from './text';

/** The number of removed VMs whose disks still exist, with the list, their expiry, and an action to delete them now. */
export function TrashPart() {
  const { data = [] } = useQuery(queries.trash());
  const hosts = useHosts();
  const [asking, setAsking] = useState(false);
  if (data.length === 0) return null;
  return (
    <>
      <ActionButton variant="secondary" onClick={() => setAsking(true)}>
        {text.trash(data.length)}
      </ActionButton>
      {asking ? (
        <Confirm
          title={text.trashTitle}
          words={text.trashMeans}
          submit={text.trashEmpty}
          danger
          call={(dryRun) => client.trash.empty({ dryRun })}
          onClose={() => setAsking(false)}
        >
          <ul className="rows">
            {data.map((vm) => (
              <li key={vm.vmId}>
                <span className="grow">
                  {vm.name} <small className="soft">{text.trashOn(hosts.get(vm.hostId)?.name ?? null)}</small>
                </span>
                <small className="soft">
                  {text.trashRemoved} <Ago at={vm.removedAt} />, {text.trashGoes(dayWords(vm.goesAt))}
                </small>
              </li>
            ))}
          </ul>
        </Confirm>
      ) : null}
    </>
  );
}
