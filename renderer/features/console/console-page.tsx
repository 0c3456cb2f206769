import { useParams } from '@tanstack/react-router';
import { VmFrame } from '../../actions/vm-frame';
import { VmLine } from './vm-line';

export function ConsolePage() {
  const { id } = useParams({ from: '/vms/$id/console' });
  return (
    <VmFrame id={id} tab="console">
      {(vm) => <VmLine key={vm.id} vm={vm} line="console" />}
    </VmFrame>
  );
}
