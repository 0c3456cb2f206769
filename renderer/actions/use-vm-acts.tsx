import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Vm, VmAction } from '../../contract';
import { client } from '../api/client';
import type { Problem } from '../api/problem';
import { useCommand } from '../api/use-command';
import type { MenuEntry } from '../ui/menu';
import { Confirm } from './confirm';
import { MoveVm, StartOn } from './move-vm';
import { PlugDialog } from './plug-dialog';
import { text } from './text';
import { whyNotVm } from './why';

const CONFIRMED = {
  stop: { title: text.stopAtOnce, words: text.vmHard.stop, submit: text.stop },
  reset: { title: text.reset, words: text.vmHard.reset, submit: text.reset },
  remove: { title: text.remove, words: text.vmHard.remove, submit: text.remove },
  forget: { title: text.forget, words: text.vmHard.forget, submit: text.forget },
} as const;
type ConfirmedAction = keyof typeof CONFIRMED;

export interface VmActs {
  readonly console: MenuEntry;
  /** Start, resume or shut down: what is likely in its state. */
  readonly power: MenuEntry;
  readonly starts: boolean;
  readonly plug: MenuEntry;
  readonly rest: readonly MenuEntry[];
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** The question that is asked just now. */
  readonly dialog: ReactNode;
}

/** Everything that can be done with one VM, for buttons and menus alike. */
export function useVmActs(vm: Vm, onRemoved?: () => void): VmActs {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<ConfirmedAction | 'plug' | 'move' | 'startOn' | null>(null);
  const run = useCommand((action: 'start' | 'shutdown' | 'reboot' | 'suspend' | 'resume') =>
    client.vms[action]({ vm: vm.id }),
  );
  const starts = vm.state === 'down' || vm.state === 'suspended' || vm.state === 'paused';
  const entry = (id: VmAction, label: string, onChoose: () => void, danger = false): MenuEntry => ({
    id,
    label,
    why: whyNotVm(vm, id),
    onChoose,
    danger,
  });
  return {
    console: entry('console', text.console, () => void navigate({ to: '/vms/$id/console', params: { id: vm.id } })),
    power: starts
      ? entry(
          'start',
          vm.state === 'down' ? text.start : text.resume,
          () => void run.run(vm.state === 'down' ? 'start' : 'resume'),
        )
      : entry('shutdown', text.shutdown, () => void run.run('shutdown')),
    starts,
    plug: entry('editVnics', text.plugIn, () => setAsking('plug')),
    rest: [
      ...(vm.hostId === null ? [{ ...entry('start', text.startOn, () => setAsking('startOn')), id: 'start-on' }] : []),
      entry('move', text.moveTo, () => setAsking('move')),
      entry('reboot', text.reboot, () => void run.run('reboot')),
      entry('suspend', text.suspend, () => void run.run('suspend')),
      entry('stop', text.ask(text.stopAtOnce), () => setAsking('stop'), true),
      entry('reset', text.ask(text.reset), () => setAsking('reset'), true),
      vm.boot.kind === 'imported'
        ? entry('forget', text.ask(text.forget), () => setAsking('forget'), true)
        : entry('remove', text.ask(text.remove), () => setAsking('remove'), true),
    ],
    busy: run.busy,
    problem: run.problem,
    dialog:
      asking === null ? null : asking === 'plug' ? (
        <PlugDialog vm={vm} onClose={() => setAsking(null)} />
      ) : asking === 'move' ? (
        <MoveVm vm={vm} onClose={() => setAsking(null)} />
      ) : asking === 'startOn' ? (
        <StartOn vm={vm} onClose={() => setAsking(null)} />
      ) : (
        <Confirm
          {...CONFIRMED[asking]}
          title={text.askTitle(CONFIRMED[asking].title, vm.name)}
          danger
          call={(dryRun) => client.vms[asking]({ vm: vm.id, dryRun })}
          onDone={() => (asking === 'remove' || asking === 'forget') && onRemoved?.()}
          onClose={() => setAsking(null)}
        />
      ),
  };
}
