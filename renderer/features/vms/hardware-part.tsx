import { useQuery } from '@tanstack/react-query';
import { hasBootDisk, type KeptDevice, type Vm, type VmDefinition, whyFixedHardware } from '../../../contract';
import { deviceName } from '../../../english/hardware';
import { capital } from '../../../english/wording';
import { hardwareRows } from '../../actions/hardware/hardware-fields';
import { bootDeviceText, HARDWARE_LABELS, hardwareValue, text } from '../../actions/hardware/text';
import { ActionTool } from '../../actions/registry/action-bar';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { ErrorAlert } from '../../ui/error-alert';
import { Facts, Section, Waiting } from '../../ui/page';

/**
 * The hardware of a VM besides disks, drives and vNICs, and what else is in its definition on its host. That of an imported VM is only
 * there, and the tiny guest's is fixed.
 */
export function HardwarePart({ vm }: { vm: Vm }) {
  const isImported = vm.boot.kind === 'imported';
  const isFixed = !isImported && whyFixedHardware(vm.boot) !== null;
  const { data, error } = useQuery({ ...queries.definition(vm.id), enabled: vm.hostId !== null && !isFixed });
  if (isFixed) return null;
  if (isImported)
    return (
      <Section title={text.hardware}>
        {error ? <ErrorAlert problem={toProblem(error)} /> : <OwnersHardware definition={data} />}
      </Section>
    );
  return (
    <Section title={text.hardware} tools={<ActionTool kind="vm" object={vm} id="editHardware" isLink />}>
      <Settings vm={vm} />
      <div className="more-facts">
        <KeptDevices devices={data?.devices ?? []} />
      </div>
    </Section>
  );
}

function Settings({ vm }: { vm: Vm }) {
  const { bootOrder } = vm.hardware;
  return (
    <Facts
      facts={[
        ...hardwareRows(hasBootDisk(vm.boot))
          .flat()
          .map((key) => [HARDWARE_LABELS[key], hardwareValue(key, vm.hardware[key])] as const),
        ...(bootOrder.length === 0 ? [] : [[text.bootOrder, bootOrder.map(bootDeviceText).join(', ')] as const]),
      ]}
    />
  );
}

function OwnersHardware({ definition }: { definition: VmDefinition | null | undefined }) {
  if (definition === undefined) return <Waiting lines={3} />;
  if (definition === null) return <p className="soft">{text.notDefined}</p>;
  const { machine, cpu, firmware, tpm, video, sound, devices } = definition;
  const { none } = text.values.sound;
  return (
    <>
      <Facts
        facts={[
          [text.machine, machine ?? '–'],
          [HARDWARE_LABELS.cpuModel, cpu ?? '–'],
          [HARDWARE_LABELS.firmware, hardwareValue('firmware', firmware)],
          [HARDWARE_LABELS.tpm, tpm ?? none],
          [HARDWARE_LABELS.video, video.join(', ') || none],
          [HARDWARE_LABELS.sound, sound.join(', ') || none],
        ]}
      />
      <div className="more-facts">
        <p className="soft">{text.owners}</p>
        <KeptDevices devices={devices} />
      </div>
    </>
  );
}

function KeptDevices({ devices }: { devices: readonly KeptDevice[] }) {
  if (devices.length === 0) return null;
  return (
    <>
      <h3>{text.kept}</h3>
      <p className="soft">{text.keptMeans}</p>
      <ul className="plain-list" aria-label={text.kept}>
        {devices.map(({ kind, model, address }, index) => (
          <li key={index}>
            <span>
              {capital(deviceName(kind))}
              {model === null ? '' : ` (${model})`}
            </span>
            {address === null ? null : <small className="soft mono">{address}</small>}
          </li>
        ))}
      </ul>
    </>
  );
}
