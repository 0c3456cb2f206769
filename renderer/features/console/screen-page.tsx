import { useParams } from '@tanstack/react-router';
import { VmFrame } from '../../actions/vm-frame';
import { VmLine } from './vm-line';

export function ScreenPage() {
  const { id } = useParams({ from: '/vms/$id/screen' });
  return (
    <VmFrame id={id} tab="screen">
      {(vm) => <VmLine key={vm.id} vm={vm} line="screen" />}
    </VmFrame>
  );
}
