import { type ReactNode, Suspense, useState } from 'react';
import { type Vm, type VmAction, vmAllows } from '../../../contract';
import { SmallActionBar } from '../../actions/registry/action-bar';
import { ActionButton } from '../../ui/action-button';
import { Nothing, Waiting } from '../../ui/page';
import './console.css';
import { text } from './text';
import { type Rounds, useRounds } from './use-rounds';

/** A line to a VM, its console or its screen, with what is there instead while there is none. */
export function LinePart({
  vm,
  action,
  start,
  keeps,
  children,
}: {
  vm: Vm;
  action: Extract<VmAction, 'console' | 'screen'>;
  /** What is said while the VM does not run. */
  start: string;
  /** Whether what was seen last stays when the line ends: that of a console does, a screen is gone. */
  keeps: boolean;
  /** `isOpen`: whether there is a line now, or one is being made. */
  children: (rounds: Rounds, isOpen: boolean) => ReactNode;
}) {
  const possible = vmAllows(vm.state, action);
  const rounds = useRounds(possible);
  const [had, setHad] = useState(possible);
  if (possible && !had) setHad(true);
  const isOpen = possible && rounds.ended === null;
  const told = !possible ? (keeps && had ? text.down : null) : rounds.ended && (rounds.ended.why ?? text.ended);
  if (!possible && !(keeps && had)) return <Nothing title={start} action={<SmallActionBar kind="vm" object={vm} />} />;
  return (
    <>
      {told === null ? null : (
        <div className="line-told" role="status">
          <span className="grow">
            {told} {rounds.ended?.pause == null ? '' : text.retrying}
          </span>
          {possible ? (
            <ActionButton variant="primary" size="sm" onClick={rounds.again}>
              {text.again}
            </ActionButton>
          ) : null}
        </div>
      )}
      {isOpen || keeps ? <Suspense fallback={<Waiting lines={2} />}>{children(rounds, isOpen)}</Suspense> : null}
    </>
  );
}
