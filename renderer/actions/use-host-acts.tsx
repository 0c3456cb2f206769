import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { type ReactNode, useState } from 'react';
import { isRunning, type Host } from '../../contract';
import { client } from '../api/client';
import type { Problem } from '../api/problem';
import { useCommand } from '../api/use-command';
import type { MenuEntry } from '../ui/menu';
import { Confirm } from './confirm';
import { UnlockDialog } from './unlock-dialog';
import { text } from './text';
import { useVms } from './use-names';
import { isForgettable, whyNotHost, whyNotRemoveHost } from './why';

export interface HostActs {
  /** Activate, or maintenance: what is likely in its state. */
  readonly duty: MenuEntry;
  readonly activates: boolean;
  readonly sync: MenuEntry;
  readonly rest: readonly MenuEntry[];
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** The question that is asked just now. */
  readonly dialog: ReactNode;
  /** Asks nothing any more. */
  readonly close: () => void;
}

/** Everything that can be done with one host, for buttons and menus alike. */
export function useHostActs(host: Host, onRemoved?: () => void): HostActs {
  const [asking, setAsking] = useState<'maintenance' | 'remove' | 'unlock' | null>(null);
  const run = useCommand((action: 'activate' | 'sync') => client.hosts[action]({ host: host.id }));
  const activates = whyNotHost(host.state, 'activate') === null;
  const maintenance: MenuEntry = {
    id: 'maintenance',
    label: text.ask(text.maintenance),
    why: whyNotHost(host.state, 'maintenance'),
    onChoose: () => setAsking('maintenance'),
  };
  const remove: MenuEntry = {
    id: 'remove',
    label: text.ask(text.remove),
    danger: true,
    why: whyNotRemoveHost(host.state),
    onChoose: () => setAsking('remove'),
  };
  const unlock: MenuEntry = { id: 'unlock', label: text.ask(text.unlock), onChoose: () => setAsking('unlock') };
  return {
    duty: activates ? { id: 'activate', label: text.activate, onChoose: () => void run.run('activate') } : maintenance,
    activates,
    sync: { id: 'sync', label: text.sync, why: whyNotHost(host.state, 'sync'), onChoose: () => void run.run('sync') },
    rest: [maintenance, ...(host.kind === 'ssh' || host.kind === 'local' ? [unlock] : []), remove],
    busy: run.busy,
    problem: run.problem,
    close: () => setAsking(null),
    dialog:
      asking === null ? null : asking === 'maintenance' ? (
        <MaintenanceDialog host={host} onClose={() => setAsking(null)} />
      ) : asking === 'unlock' ? (
        <UnlockDialog host={host} onClose={() => setAsking(null)} />
      ) : (
        <RemoveDialog host={host} onDone={onRemoved} onClose={() => setAsking(null)} />
      ),
  };
}

interface RemoveProps {
  readonly host: Host;
  /** Whether it is asked for as gone for good, with its VMs. */
  readonly isGone?: boolean;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

/** A lab goes as a whole; on a computer that stays what is ours may stay too. */
export function RemoveDialog({ host, isGone = false, onDone, onClose }: RemoveProps) {
  const force = isForgettable(host.state);
  const [keep, setKeep] = useState(isGone && !force);
  const [forgetsVms, setForgetsVms] = useState(isGone);
  const stays = host.kind === 'local' || host.kind === 'ssh';
  const vms = [...useVms().values()].filter((vm) => vm.hostId === host.id).length;
  const forgetVms = forgetsVms && (force || keep);
  return (
    <Confirm
      title={text.removeTitle(host.name)}
      words={force && stays ? text.forgetHostMeans : text.removeHostMeans}
      submit={text.remove}
      danger
      previewKey={`${keep} ${forgetVms}`}
      call={(dryRun) => client.hosts.remove({ host: host.id, force, keep, forgetVms, dryRun })}
      onDone={onDone}
      onClose={onClose}
    >
      {stays ? (
        <Checkbox
          id="keep-ours"
          label={text.leaveOurs}
          description={text.leaveOursMeans}
          isChecked={keep}
          onChange={(_, checked) => setKeep(checked)}
        />
      ) : null}
      {stays && vms > 0 && (force || keep) ? (
        <Checkbox
          id="forget-vms"
          label={text.forgetItsVms(vms)}
          description={text.forgetItsVmsMeans(vms)}
          isChecked={forgetsVms}
          onChange={(_, checked) => setForgetsVms(checked)}
        />
      ) : null}
    </Confirm>
  );
}

function MaintenanceDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const running = [...useVms().values()].filter((vm) => vm.hostId === host.id && isRunning(vm.state));
  const [stopVms, setStopVms] = useState(false);
  return (
    <Confirm
      title={text.maintenanceTitle(host.name)}
      words={text.maintenanceMeans}
      submit={text.maintenance}
      previewKey={String(stopVms)}
      call={(dryRun) => client.hosts.maintenance({ host: host.id, stopVms, dryRun })}
      onClose={onClose}
    >
      {running.length === 0 ? null : (
        <Checkbox
          id="stop-vms"
          label={text.stopItsVms(running.length)}
          description={
            running
              .slice(0, 6)
              .map((vm) => vm.name)
              .join(', ') + (running.length > 6 ? ` ${text.andMore(running.length - 6)}` : '')
          }
          isChecked={stopVms}
          onChange={(_, checked) => setStopVms(checked)}
        />
      )}
    </Confirm>
  );
}
