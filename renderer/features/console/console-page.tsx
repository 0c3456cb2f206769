import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { vmAllows } from '../../../contract';
import { isSimulated, useHosts } from '../../actions/use-names';
import { VmActions } from '../../actions/vm-actions';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { Act } from '../../ui/act';
import { Nothing, PageHead, Waiting } from '../../ui/page';
import { Dot } from '../../ui/state';
import { SimulatedTag } from '../../ui/tags';
import { VM_FEEL } from '../../ui/tone';
import './console.css';
import { text } from './text';

/** xterm.js is a fifth of all script: it is fetched when the first console opens. */
const Terminal = lazy(() => import('./terminal').then((module) => ({ default: module.Terminal })));

export function ConsolePage() {
  const { id } = useParams({ from: '/vms/$id/console' });
  const vms = useQuery(queries.vms()).data;
  const vm = vms?.find((one) => one.id === id);
  const host = useHosts().get(vm?.hostId ?? '');
  const [round, setRound] = useState(0);
  const [end, setEnd] = useState<string | null>(null);
  if (vms === undefined) return <Waiting />;
  if (vm === undefined) return <Nothing title="This VM is gone" action={<Link to="/vms">All virtual machines</Link>} />;
  const open = vmAllows(vm.state, 'console');
  return (
    <div className="page">
      <PageHead
        above={
          <Link to="/vms/$id" params={{ id }}>
            {vm.name}
          </Link>
        }
        title={
          <>
            <Dot tone={VM_FEEL[vm.state].tone} /> {vm.name}: console
          </>
        }
        tags={isSimulated(host) ? <SimulatedTag /> : null}
        sub={text.hint}
        actions={<VmActions vm={vm} />}
      />
      {open && end === null ? (
        <Suspense fallback={<Waiting lines={2} />}>
          <Terminal
            key={round}
            vm={id}
            onEnd={(error) => setEnd(error === null ? text.ended : toProblem(error).message)}
          />
        </Suspense>
      ) : (
        <Nothing
          title={end ?? text.start}
          action={
            open ? (
              <Act
                variant="primary"
                onClick={() => {
                  setEnd(null);
                  setRound(round + 1);
                }}
              >
                {text.again}
              </Act>
            ) : undefined
          }
        />
      )}
    </div>
  );
}
