import { Hardware } from '../../../contract';
import { ChoiceField } from '../../ui/fields';
import { HARDWARE_LABELS, text } from './text';

export interface HardwareFieldsProps {
  readonly hardware: Hardware;
  readonly onChange: (hardware: Hardware) => void;
  readonly errorOf: (field: string) => string | null;
}

/** The settings in the order of the screens, two in a row. */
export const HARDWARE_ROWS = [
  ['firmware', 'bootFirst'],
  ['nicModel', 'video'],
  ['sound', 'clock'],
] as const;

/** Every setting of a VM's hardware besides memory, CPUs, disks, CD drives and vNICs. */
export function HardwareFields({ hardware, onChange, errorOf }: HardwareFieldsProps) {
  return HARDWARE_ROWS.map((row) => (
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
