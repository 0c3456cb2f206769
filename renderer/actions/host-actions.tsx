import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useState } from 'react';
import { isRunning, type Host } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { Act } from '../ui/act';
import { MoreMenu } from '../ui/menu';
import { Trouble } from '../ui/trouble';
import { Confirm } from './confirm';
import { useVms } from './use-names';
import { whyNotHost } from './why';

/** What can be done with a host: activate, sync, maintenance, remove. */
export function HostActions({ host, size, onRemoved }: { host: Host; size?: 'sm'; onRemoved?: () => void }) {
  const [asking, setAsking] = useState<'maintenance' | 'remove' | null>(null);
  const run = useCommand((action: 'activate' | 'sync') => client.hosts[action]({ host: host.id }));
  const unreachable = host.state === 'non_responsive';
  return (
    <div className="acts">
      <div className="acts-row">
        {whyNotHost(host.state, 'activate') === null ? (
          <Act size={size} variant="primary" isLoading={run.busy} onClick={() => void run.run('activate')}>
            Activate
          </Act>
        ) : (
          <Act
            size={size}
            variant="secondary"
            why={whyNotHost(host.state, 'maintenance')}
            onClick={() => setAsking('maintenance')}
          >
            Maintenance…
          </Act>
        )}
        <Act
          size={size}
          variant="secondary"
          why={whyNotHost(host.state, 'sync')}
          isLoading={run.busy}
          onClick={() => void run.run('sync')}
        >
          Sync
        </Act>
        <MoreMenu
          label={`More actions for ${host.name}`}
          entries={[
            {
              id: 'maintenance',
              label: 'Maintenance…',
              why: whyNotHost(host.state, 'maintenance'),
              onChoose: () => setAsking('maintenance'),
            },
            {
              id: 'remove',
              label: 'Remove…',
              danger: true,
              why: unreachable ? null : whyNotHost(host.state, 'remove'),
              onChoose: () => setAsking('remove'),
            },
          ]}
        />
      </div>
      <Trouble problem={run.problem} />
      {asking === 'maintenance' ? <MaintenanceDialog host={host} onClose={() => setAsking(null)} /> : null}
      {asking === 'remove' ? (
        <Confirm
          title={`Remove ${host.name}?`}
          words="What Atoll made on this host goes with it: bridges, VMs and their disks. What Atoll did not make stays."
          submit="Remove"
          danger
          call={(dryRun) => client.hosts.remove({ host: host.id, force: unreachable, dryRun })}
          onDone={onRemoved}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </div>
  );
}

function MaintenanceDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const running = [...useVms().values()].filter((vm) => vm.hostId === host.id && isRunning(vm.state));
  const [stopVms, setStopVms] = useState(false);
  return (
    <Confirm
      title={`Put ${host.name} into maintenance?`}
      words="Its bridges stay in place, but nothing is deployed or repaired on it until it is activated again."
      submit="Maintenance"
      previewKey={String(stopVms)}
      call={(dryRun) => client.hosts.maintenance({ host: host.id, stopVms, dryRun })}
      onClose={onClose}
    >
      {running.length === 0 ? null : (
        <Checkbox
          id="stop-vms"
          label={`Stop the ${running.length} VMs that run on it`}
          description={
            running
              .slice(0, 6)
              .map((vm) => vm.name)
              .join(', ') + (running.length > 6 ? ` and ${running.length - 6} more` : '')
          }
          isChecked={stopVms}
          onChange={(_, checked) => setStopVms(checked)}
        />
      )}
    </Confirm>
  );
}
