import { useParams } from '@tanstack/react-router';
import { lazy } from 'react';
import { whyNoScreen } from '../../../contract';
import { VmFrame } from '../../actions/vm-frame';
import { Nothing } from '../../ui/page';
import { LinePart } from './line-part';
import { text } from './text';

/** noVNC is fetched when the first screen opens. */
const Screen = lazy(() => import('./screen').then((module) => ({ default: module.Screen })));

export function ScreenPage() {
  const { id } = useParams({ from: '/vms/$id/screen' });
  return (
    <VmFrame id={id} tab="screen">
      {(vm) => {
        const none = whyNoScreen(vm.boot);
        if (none !== null) return <Nothing title={none} />;
        return (
          <LinePart vm={vm} action="screen" start={text.startScreen}>
            {({ round, end }) => <Screen key={round} vm={id} name={vm.name} onEnd={end} />}
          </LinePart>
        );
      }}
    </VmFrame>
  );
}
