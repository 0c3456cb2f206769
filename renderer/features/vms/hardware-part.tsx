import { hasBootDisk, type Vm, whyFixedHardware } from '../../../contract';
import { hardwareRows } from '../../actions/hardware/hardware-fields';
import { bootDeviceText, HARDWARE_LABELS, hardwareValue, text } from '../../actions/hardware/text';
import { ActionTool } from '../../actions/registry/action-bar';
import { Facts, Section } from '../../ui/page';

/** The hardware of a VM besides disks, drives and vNICs. An imported VM's is in its own definition, the tiny guest's is fixed. */
export function HardwarePart({ vm }: { vm: Vm }) {
  if (vm.boot.kind === 'imported' || whyFixedHardware(vm.boot) !== null) return null;
  const { bootOrder } = vm.hardware;
  return (
    <Section title={text.hardware} tools={<ActionTool kind="vm" object={vm} id="editHardware" isLink />}>
      <Facts
        facts={[
          ...hardwareRows(hasBootDisk(vm.boot))
            .flat()
            .map((key) => [HARDWARE_LABELS[key], hardwareValue(key, vm.hardware[key])] as const),
          ...(bootOrder.length === 0 ? [] : [[text.bootOrder, bootOrder.map(bootDeviceText).join(', ')] as const]),
        ]}
      />
    </Section>
  );
}
