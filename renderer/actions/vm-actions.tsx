import PlayIcon from '@patternfly/react-icons/dist/esm/icons/play-icon';
import PowerOffIcon from '@patternfly/react-icons/dist/esm/icons/power-off-icon';
import TerminalIcon from '@patternfly/react-icons/dist/esm/icons/terminal-icon';
import type { Vm } from '../../contract';
import { Act } from '../ui/act';
import { MoreMenu } from '../ui/menu';
import { Trouble } from '../ui/trouble';
import { text } from './text';
import { useVmActs } from './use-vm-acts';

/** Everything that can be done with one VM: the likely things as buttons, the rest in a menu. */
export function VmActions({ vm, size, onRemoved }: { vm: Vm; size?: 'sm'; onRemoved?: () => void }) {
  const { console, power, starts, plug, rest, busy, problem, dialog } = useVmActs(vm, onRemoved);
  const icon = (drawn: React.ReactNode) => (size === 'sm' ? undefined : drawn);
  return (
    <div className="acts">
      <div className="acts-row">
        <Act
          size={size}
          variant={starts ? 'secondary' : 'primary'}
          icon={icon(<TerminalIcon />)}
          why={console.why}
          onClick={console.onChoose}
        >
          {console.label}
        </Act>
        <Act
          size={size}
          variant={starts ? 'primary' : 'secondary'}
          icon={icon(starts ? <PlayIcon /> : <PowerOffIcon />)}
          isLoading={busy}
          why={power.why}
          onClick={power.onChoose}
        >
          {power.label}
        </Act>
        <Act size={size} variant="secondary" why={plug.why} onClick={plug.onChoose}>
          {plug.label}
        </Act>
        <MoreMenu label={text.moreActions(vm.name)} entries={rest} />
      </div>
      <Trouble problem={problem} />
      {dialog}
    </div>
  );
}
