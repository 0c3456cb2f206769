import { useQuery } from '@tanstack/react-query';
import { isRunning, type Forward, type Vm } from '../../contract';
import { queries } from '../api/queries';
import { Dot, State } from '../ui/state';
import { FORWARD_FEEL } from '../ui/tone';
import { text } from './text';

/** The port forwards of a VM, from the live cache. */
export function useForwards(vmId: string): Forward[] {
  return (useQuery(queries.forwards()).data ?? []).filter((forward) => forward.vmId === vmId);
}

/** The target of a forward: a link if a browser can open it and the port answers. */
export function ForwardLink({ forward, vm }: { forward: Forward; vm: Vm }) {
  const { address, hostPort, guestPort, protocol, state } = forward;
  const here = `${address}:${hostPort}`;
  return (
    <>
      {protocol === 'tcp' && state === 'open' && isRunning(vm.state) ? (
        <a href={`http://${here}/`} target="_blank" rel="noreferrer" className="mono">
          {here}
        </a>
      ) : (
        <span className="mono">{here}</span>
      )}{' '}
      {text.toItsPort(guestPort, protocol)}
    </>
  );
}

/** The same for narrow places, one row each; empty if there are none. */
export function ForwardRows({ vm, title }: { vm: Vm; title: string }) {
  const forwards = useForwards(vm.id);
  if (forwards.length === 0) return null;
  return (
    <>
      <h5>{title}</h5>
      {forwards.map((forward) => (
        <div className="row" key={forward.id}>
          <Dot tone={FORWARD_FEEL[forward.state].tone} label={FORWARD_FEEL[forward.state].words} />
          <span>
            <ForwardLink forward={forward} vm={vm} />
          </span>
        </div>
      ))}
    </>
  );
}

/** The state of a forward, with the reason. */
export const ForwardStatus = ({ forward }: { forward: Forward }) => (
  <State feel={FORWARD_FEEL[forward.state]} reason={forward.message} />
);
