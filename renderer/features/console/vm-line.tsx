import { lazy } from 'react';
import { type Vm, whyNoScreen, whyNotOfBoot } from '../../../contract';
import type { Line } from '../../actions/console-places';
import { Nothing } from '../../ui/page';
import { LinePart } from './line-part';
import { text } from './text';

/** xterm.js is a fifth of all code: it loads with the first console, and noVNC with the first screen. */
const Terminal = lazy(() => import('./terminal').then((module) => ({ default: module.Terminal })));
const Screen = lazy(() => import('./screen').then((module) => ({ default: module.Screen })));

/** A VM's console or screen, on its page, in the drawer, or in its own window. */
export function VmLine({ vm, line }: { vm: Vm; line: Line }) {
  const none = line === 'console' ? whyNotOfBoot(vm.boot, 'console') : whyNoScreen(vm.boot);
  if (none !== null) return <Nothing title={none} />;
  if (line === 'console')
    return (
      <LinePart vm={vm} action="console" start={text.start} keeps>
        {({ round, end }, isOpen, isExpected) => (
          <Terminal
            key={vm.id}
            vm={vm.id}
            name={vm.name}
            round={isOpen ? round : null}
            isExpected={isExpected}
            onEnd={end}
          />
        )}
      </LinePart>
    );
  return (
    <LinePart vm={vm} action="screen" start={text.startScreen} keeps={false}>
      {({ round, end }) => <Screen key={round} vm={vm.id} name={vm.name} onEnd={end} />}
    </LinePart>
  );
}
