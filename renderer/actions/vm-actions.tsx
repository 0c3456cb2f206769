import PlayIcon from '@patternfly/react-icons/dist/esm/icons/play-icon';
import PowerOffIcon from '@patternfly/react-icons/dist/esm/icons/power-off-icon';
import TerminalIcon from '@patternfly/react-icons/dist/esm/icons/terminal-icon';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Vm, VmAction } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { Act } from '../ui/act';
import { MoreMenu } from '../ui/menu';
import { Trouble } from '../ui/trouble';
import { Confirm } from './confirm';
import { PlugDialog } from './plug-dialog';
import { whyNotVm } from './why';

const CONFIRMED = {
  stop: {
    title: 'Stop at once',
    words: 'The VM is ended as if its power were cut. What it has not written is lost.',
    submit: 'Stop',
  },
  reset: {
    title: 'Reset',
    words: 'The VM starts again as if its reset button were pressed. What it has not written is lost.',
    submit: 'Reset',
  },
  remove: { title: 'Remove', words: 'The VM and its disks are removed for good.', submit: 'Remove' },
} as const;
type ConfirmedAction = keyof typeof CONFIRMED;

/** Everything that can be done with one VM: the likely things as buttons, the rest in a menu. */
export function VmActions({ vm, size, onRemoved }: { vm: Vm; size?: 'sm'; onRemoved?: () => void }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<ConfirmedAction | 'plug' | null>(null);
  const run = useCommand((action: 'start' | 'shutdown' | 'reboot' | 'suspend' | 'resume') =>
    client.vms[action]({ vm: vm.id }),
  );
  const starts = vm.state === 'down' || vm.state === 'suspended' || vm.state === 'paused';
  const entry = (id: VmAction, label: string, onChoose: () => void, danger = false) => ({
    id,
    label,
    why: whyNotVm(vm.state, id),
    onChoose,
    danger,
  });
  return (
    <div className="acts">
      <div className="acts-row">
        <Act
          size={size}
          variant={starts ? 'secondary' : 'primary'}
          icon={size === 'sm' ? undefined : <TerminalIcon />}
          why={whyNotVm(vm.state, 'console')}
          onClick={() => void navigate({ to: '/vms/$id/console', params: { id: vm.id } })}
        >
          Console
        </Act>
        {starts ? (
          <Act
            size={size}
            variant="primary"
            icon={size === 'sm' ? undefined : <PlayIcon />}
            isLoading={run.busy}
            why={whyNotVm(vm.state, 'start')}
            onClick={() => void run.run(vm.state === 'down' ? 'start' : 'resume')}
          >
            {vm.state === 'down' ? 'Start' : 'Resume'}
          </Act>
        ) : (
          <Act
            size={size}
            variant="secondary"
            icon={size === 'sm' ? undefined : <PowerOffIcon />}
            isLoading={run.busy}
            why={whyNotVm(vm.state, 'shutdown')}
            onClick={() => void run.run('shutdown')}
          >
            Shut down
          </Act>
        )}
        <Act size={size} variant="secondary" why={whyNotVm(vm.state, 'editVnics')} onClick={() => setAsking('plug')}>
          Plug in
        </Act>
        <MoreMenu
          label={`More actions for ${vm.name}`}
          entries={[
            entry('reboot', 'Reboot', () => void run.run('reboot')),
            entry('suspend', 'Suspend', () => void run.run('suspend')),
            entry('stop', 'Stop at once…', () => setAsking('stop'), true),
            entry('reset', 'Reset…', () => setAsking('reset'), true),
            entry('remove', 'Remove…', () => setAsking('remove'), true),
          ]}
        />
      </div>
      <Trouble problem={run.problem} />
      {asking === 'plug' ? <PlugDialog vm={vm} onClose={() => setAsking(null)} /> : null}
      {asking !== null && asking !== 'plug' ? (
        <Confirm
          {...CONFIRMED[asking]}
          title={`${CONFIRMED[asking].title}: ${vm.name}?`}
          danger
          call={(dryRun) => client.vms[asking]({ vm: vm.id, dryRun })}
          onDone={() => asking === 'remove' && onRemoved?.()}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </div>
  );
}
