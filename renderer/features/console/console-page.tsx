import { useParams } from '@tanstack/react-router';
import { lazy } from 'react';
import { VmFrame } from '../../actions/vm-frame';
import { LinePart } from './line-part';
import { text } from './text';

/** xterm.js is a fifth of all script: it is fetched when the first console opens. */
const Terminal = lazy(() => import('./terminal').then((module) => ({ default: module.Terminal })));

export function ConsolePage() {
  const { id } = useParams({ from: '/vms/$id/console' });
  return (
    <VmFrame id={id} tab="console">
      {(vm) => (
        <LinePart vm={vm} action="console" start={text.start}>
          {({ round, end }) => (
            <>
              <p className="soft line-hint">
                {text.hint} {text.copyHint}
              </p>
              <Terminal key={round} vm={id} onEnd={end} />
            </>
          )}
        </LinePart>
      )}
    </VmFrame>
  );
}
