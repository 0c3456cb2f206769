import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { TRASH_DAYS, type Vm, type VmAction } from '../../contract';
import { client } from '../api/client';
import type { Problem } from '../api/problem';
import { useCommand } from '../api/use-command';
import type { MenuEntry } from '../ui/menu';
import { Confirm } from './confirm';
import { MoveVm, StartOn } from './move-vm';
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
  remove: {
    title: 'Remove',
    words: `Its disks go to the trash and stay there for ${TRASH_DAYS} days. Until then it can be undone.`,
    submit: 'Remove',
  },
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
    why: whyNotVm(vm.state, id),
    onChoose,
    danger,
  });
  return {
    console: entry('console', 'Console', () => void navigate({ to: '/vms/$id/console', params: { id: vm.id } })),
    power: starts
      ? entry(
          'start',
          vm.state === 'down' ? 'Start' : 'Resume',
          () => void run.run(vm.state === 'down' ? 'start' : 'resume'),
        )
      : entry('shutdown', 'Shut down', () => void run.run('shutdown')),
    starts,
    plug: entry('editVnics', 'Plug in', () => setAsking('plug')),
    rest: [
      ...(vm.hostId === null
        ? [{ ...entry('start', 'Start on a host…', () => setAsking('startOn')), id: 'start-on' }]
        : []),
      entry('move', 'Move to another host…', () => setAsking('move')),
      entry('reboot', 'Reboot', () => void run.run('reboot')),
      entry('suspend', 'Suspend', () => void run.run('suspend')),
      entry('stop', 'Stop at once…', () => setAsking('stop'), true),
      entry('reset', 'Reset…', () => setAsking('reset'), true),
      entry('remove', 'Remove…', () => setAsking('remove'), true),
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
          title={`${CONFIRMED[asking].title}: ${vm.name}?`}
          danger
          call={(dryRun) => client.vms[asking]({ vm: vm.id, dryRun })}
          onDone={() => asking === 'remove' && onRemoved?.()}
          onClose={() => setAsking(null)}
        />
      ),
  };
}
