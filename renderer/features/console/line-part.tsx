import { type ReactNode, Suspense, useState } from 'react';
import { type Vm, type VmAction, vmAllows } from '../../../contract';
import { SmallActionBar } from '../../actions/registry/action-bar';
import { ActionButton } from '../../ui/action-button';
import { Nothing, Waiting } from '../../ui/page';
import './console.css';
import { text } from './text';
import { type Rounds, useRounds } from './use-rounds';

/** A connection to a VM's console or screen, and its placeholder while there is none. */
export function LinePart({
  vm,
  action,
  start,
  keeps,
  children,
}: {
  vm: Vm;
  action: Extract<VmAction, 'console' | 'screen'>;
  /** The message while the VM is not running. */
  start: string;
  /** Whether the last output stays when the connection ends: a console's does, a screen's does not. */
  keeps: boolean;
  /** `isOpen`: whether the connection is open or opening; `isExpected`: whether one is, or opens automatically. */
  children: (rounds: Rounds, isOpen: boolean, isExpected: boolean) => ReactNode;
}) {
  const possible = vmAllows(vm.state, action);
  const rounds = useRounds(possible);
  const [had, setHad] = useState(possible);
  if (possible && !had) setHad(true);
  const isOpen = possible && rounds.ended === null;
  const isExpected = possible && rounds.ended?.pause !== null;
  const status = !possible ? (keeps && had ? text.down : null) : rounds.ended && (rounds.ended.why ?? text.ended);
  if (!possible && !(keeps && had)) return <Nothing title={start} action={<SmallActionBar kind="vm" object={vm} />} />;
  return (
    <>
      {status === null ? null : (
        <div className="line-status" role="status">
          <span className="grow">
            {status} {rounds.ended?.pause == null ? '' : text.retrying}
          </span>
          {possible ? (
            <ActionButton variant="primary" size="sm" onClick={rounds.again}>
              {text.again}
            </ActionButton>
          ) : null}
        </div>
      )}
      {isOpen || keeps ? (
        <Suspense fallback={<Waiting lines={2} />}>{children(rounds, isOpen, isExpected)}</Suspense>
      ) : null}
    </>
  );
}
