import { GUEST_PRESETS, type GuestPreset } from '../../../contract';
import { GUEST_PRESET_NAMES } from '../../../english/hardware';
import { HardwareFields, type HardwareFieldsProps } from '../../actions/hardware/hardware-fields';
import { text } from '../../actions/hardware/text';
import { ChoiceField } from '../../ui/fields';
import { Fold } from '../../ui/fold';

interface Props extends HardwareFieldsProps {
  /** The tiny guest's hardware is fixed. */
  readonly isFixed: boolean;
  readonly preset: GuestPreset | '';
  readonly onPreset: (preset: GuestPreset) => void;
}

/** The hardware of a new VM: a preset for its guest, which fills in the values below it. */
export function HardwareFold({ isFixed, preset, onPreset, ...fields }: Props) {
  return (
    <Fold label={text.hardware}>
      {isFixed ? (
        <p className="soft">{text.fixed}</p>
      ) : (
        <>
          <ChoiceField
            label={text.preset}
            value={preset}
            onChange={(value) => {
              const chosen = GUEST_PRESETS.find((each) => each === value);
              if (chosen !== undefined) onPreset(chosen);
            }}
            choices={[
              { value: '', label: text.presetNone, disabled: preset !== '' },
              ...GUEST_PRESETS.map((value) => ({ value, label: GUEST_PRESET_NAMES[value] })),
            ]}
            help={text.presetMeans}
          />
          <HardwareFields {...fields} />
        </>
      )}
    </Fold>
  );
}
