import { Hardware } from '../../../contract';
import { ChoiceField } from '../../ui/fields';
import { HARDWARE_LABELS, type HardwareChoice, text } from './text';

export interface HardwareFieldsProps {
  readonly hardware: Hardware;
  /** Whether its boot source has a disk, whose bus is chosen here. */
  readonly hasBootDisk: boolean;
  readonly onChange: (hardware: Hardware) => void;
  readonly errorOf: (field: string) => string | null;
}

/** The settings in the order of the screens, two in a row. */
const ROWS: ReadonlyArray<readonly HardwareChoice[]> = [
  ['firmware', 'bootFirst'],
  ['nicModel', 'video'],
  ['sound', 'clock'],
  ['cpuModel', 'cpuTopology'],
  ['tpm', 'machine'],
];
export const hardwareRows = (hasBootDisk: boolean) => (hasBootDisk ? [...ROWS, ['diskBus'] as const] : ROWS);

/** Every setting of a VM's hardware with a closed list of values. */
export function HardwareFields({ hardware, hasBootDisk, onChange, errorOf }: HardwareFieldsProps) {
  return hardwareRows(hasBootDisk).map((row) => (
    <div className="field-row" key={row.join()}>
      {row.map((key) => (
        <ChoiceField
          key={key}
          label={HARDWARE_LABELS[key]}
          value={hardware[key]}
          onChange={(value) => onChange(Hardware.parse({ ...hardware, [key]: value }))}
          choices={Object.entries(text.values[key]).map(([value, label]) => ({ value, label }))}
          error={errorOf(`hardware.${key}`)}
        />
      ))}
    </div>
  ));
}
