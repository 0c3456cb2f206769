import PlayIcon from '@patternfly/react-icons/dist/esm/icons/play-icon';
import PowerOffIcon from '@patternfly/react-icons/dist/esm/icons/power-off-icon';
import TerminalIcon from '@patternfly/react-icons/dist/esm/icons/terminal-icon';
import { useNavigate } from '@tanstack/react-router';
import { type Vm, vmAllows } from '../../../contract';
import { whyNotVm } from '../../actions/why';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { Act } from '../../ui/act';
import { text } from './text';

/** What one does most, in the table's row: start or shut down, and the console. */
export function QuickActions({ vm }: { vm: Vm }) {
  const navigate = useNavigate();
  const run = useCommand((action: 'start' | 'shutdown' | 'resume') => client.vms[action]({ vm: vm.id }));
  const begin = vm.state === 'suspended' || vm.state === 'paused' ? 'resume' : 'start';
  return (
    <span className="named">
      {vmAllows(vm.state, begin) ? (
        <Act
          variant="plain"
          size="sm"
          icon={<PlayIcon />}
          aria-label={text.quickStart(vm.name)}
          isLoading={run.busy}
          title={run.problem?.message}
          onClick={() => void run.run(begin)}
        />
      ) : (
        <Act
          variant="plain"
          size="sm"
          icon={<PowerOffIcon />}
          aria-label={text.quickShutdown(vm.name)}
          why={whyNotVm(vm, 'shutdown')}
          isLoading={run.busy}
          title={run.problem?.message}
          onClick={() => void run.run('shutdown')}
        />
      )}
      <Act
        variant="plain"
        size="sm"
        icon={<TerminalIcon />}
        aria-label={text.quickConsole(vm.name)}
        why={whyNotVm(vm, 'console')}
        onClick={() => void navigate({ to: '/vms/$id/console', params: { id: vm.id } })}
      />
    </span>
  );
}
