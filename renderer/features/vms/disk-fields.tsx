import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import PlusIcon from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { DiskBus, DiskFormat, MAX_DISKS } from '../../../contract';
import { ChoiceField, TextField } from '../../ui/fields';
import type { DiskForm } from './disk-draft';
import { text } from './text';

interface OneProps {
  readonly disk: DiskForm;
  readonly onChange: (disk: DiskForm) => void;
  readonly error: string | null;
  readonly label: string;
  readonly autoFocus?: boolean;
}

/** Bus and format of a disk. */
export function DiskKindFields({ disk, onChange }: Pick<OneProps, 'disk' | 'onChange'>) {
  return (
    <>
      <ChoiceField
        label={text.diskBus}
        value={disk.bus}
        onChange={(v) => onChange({ ...disk, bus: DiskBus.options.find((bus) => bus === v) ?? 'virtio' })}
        choices={DiskBus.options.map((value) => ({ value, label: text.diskBuses[value] }))}
      />
      <ChoiceField
        label={text.diskFormat}
        value={disk.format}
        onChange={(v) => onChange({ ...disk, format: DiskFormat.options.find((format) => format === v) ?? 'qcow2' })}
        choices={DiskFormat.options.map((value) => ({ value, label: text.diskFormats[value] }))}
      />
    </>
  );
}

/** Size, bus and format of one empty disk. */
export function DiskSizeFields({ disk, onChange, error, label, autoFocus }: OneProps) {
  return (
    <>
      <TextField
        label={label}
        type="number"
        required
        autoFocus={autoFocus}
        value={disk.gib}
        onChange={(gib) => onChange({ ...disk, gib })}
        error={error}
      />
      <DiskKindFields disk={disk} onChange={onChange} />
    </>
  );
}

interface Props {
  readonly disks: readonly DiskForm[];
  /** What a further disk starts with. */
  readonly next: DiskForm;
  readonly onChange: (disks: readonly DiskForm[]) => void;
  readonly errorOf: (index: number) => string | null;
  /** What a VM without any means; null: nothing. */
  readonly without: string | null;
}

/** Empty disks of a new VM, besides the one of its boot source. */
export function DiskFields({ disks, next, onChange, errorOf, without }: Props) {
  return (
    <fieldset className="checks">
      <legend>{text.disks}</legend>
      {disks.length === 0 && without !== null ? <p className="soft">{without}</p> : null}
      {disks.map((disk, index) => (
        <div className="field-row" key={index}>
          <DiskSizeFields
            disk={disk}
            label={text.diskNumber(index + 1)}
            onChange={(changed) => onChange(disks.map((old, i) => (i === index ? changed : old)))}
            error={errorOf(index)}
          />
          <Button
            variant="plain"
            className="field-row-end"
            aria-label={text.leaveOut(`disk${index + 1}`)}
            icon={<TrashIcon />}
            onClick={() => onChange(disks.filter((_, i) => i !== index))}
          />
        </div>
      ))}
      <Button
        variant="link"
        isInline
        icon={<PlusIcon />}
        isDisabled={disks.length >= MAX_DISKS}
        onClick={() => onChange([...disks, next])}
      >
        {text.addDisk}
      </Button>
    </fieldset>
  );
}
