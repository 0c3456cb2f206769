import { useQuery } from '@tanstack/react-query';
import { isRunning, type Forward, type Vm } from '../../contract';
import { queries } from '../api/queries';
import { Dot, State } from '../ui/state';
import { FORWARD_FEEL } from '../ui/tone';
import { text } from './text';

/** The forwards that lead to a VM, as the live feed keeps them. */
export function useForwards(vmId: string): Forward[] {
  return (useQuery(queries.forwards()).data ?? []).filter((forward) => forward.vmId === vmId);
}

/** Where a forward leads: a link when a browser can open it and somebody is there to answer. */
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

/** The same in a narrow place, one row each; nothing when there is none. */
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

/** How a forward stands, with the reason. */
export const ForwardStanding = ({ forward }: { forward: Forward }) => (
  <State feel={FORWARD_FEEL[forward.state]} reason={forward.message} />
);
