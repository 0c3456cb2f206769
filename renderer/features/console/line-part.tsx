import { type ReactNode, Suspense } from 'react';
import { type VmAction, vmAllows, type Vm } from '../../../contract';
import { Act } from '../../ui/act';
import { Nothing, Waiting } from '../../ui/page';
import './console.css';
import { text } from './text';
import { type Rounds, useRounds } from './use-rounds';

/** A line to a VM, its console or its screen, with what is there instead while there is none. */
export function LinePart({
  vm,
  action,
  start,
  children,
}: {
  vm: Vm;
  action: Extract<VmAction, 'console' | 'screen'>;
  /** What is said while the VM does not run. */
  start: string;
  children: (rounds: Rounds) => ReactNode;
}) {
  const possible = vmAllows(vm.state, action);
  const rounds = useRounds(possible);
  if (!possible) return <Nothing title={start} />;
  if (rounds.ended === null) return <Suspense fallback={<Waiting lines={2} />}>{children(rounds)}</Suspense>;
  return (
    <Nothing
      title={rounds.ended.why ?? text.ended}
      action={
        <Act variant="primary" onClick={rounds.again}>
          {text.again}
        </Act>
      }
    >
      {rounds.ended.pause === null ? undefined : text.retrying}
    </Nothing>
  );
}
