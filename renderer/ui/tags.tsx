import { Label } from '@patternfly/react-core/dist/dynamic/components/Label';

/** Marks every place where what is shown stands on a simulated host: it looks real, and is not. */
export function SimulatedTag() {
  return (
    <Label color="purple" isCompact title="A simulated host: nothing of this runs on a hypervisor">
      Simulated
    </Label>
  );
}

export function IsolatedTag() {
  return (
    <Label color="teal" isCompact title="Bridges without a NIC: VMs hear each other, and nothing else does">
      Isolated
    </Label>
  );
}
