import { AppError } from '../../contract/app-error';
import type { HardwareDraft } from '../../contract/model/hardware';
import { note } from '../../contract/remedy';
import { GUEST_PRESETS, type GuestPreset } from '../../contract/state/presets';
import { AUTOSTART, BOOT_ORDER, HARDWARE_OPTIONS, PRESET_OPTION } from '../commands/hardware';
import type { Input } from '../input';
import type { OptionSpec } from '../option-spec';

/** The settings of hardware that options set by another name. */
const SETTINGS: Readonly<Record<string, keyof HardwareDraft>> = {
  'nic-model': 'nicModel',
  'boot-first': 'bootFirst',
  'boot-disk-bus': 'diskBus',
  'cpu-model': 'cpuModel',
  'cpu-topology': 'cpuTopology',
};

/** The value of an option with a closed list; undefined if it is not given. */
function chosen(input: Input, { name, complete }: OptionSpec): string | undefined {
  const value = input.text(name);
  if (value === undefined || !Array.isArray(complete) || complete.includes(value)) return value;
  throw new AppError('BAD_INPUT', `--${name} can't be ${JSON.stringify(value)}.`, {
    field: name,
    remedy: note(`Give ${complete.join(', ').replace(/, ([^,]*)$/, ' or $1')}.`),
  });
}

/** Whether the VM is to start with its host; undefined: unchanged. */
export function autostartOf(input: Input): boolean | undefined {
  const value = chosen(input, AUTOSTART);
  return value === undefined ? undefined : value === 'on';
}

/** The preset that a new VM asks for. Bad: a preset for the tiny guest, whose hardware is fixed. */
export function presetOf(input: Input, boot: string): GuestPreset | undefined {
  const name = chosen(input, PRESET_OPTION);
  const preset = GUEST_PRESETS.find((each) => each === name);
  if (preset === undefined) return undefined;
  if (boot === 'tiny')
    throw new AppError('BAD_INPUT', '--preset is for a guest of your own; the hardware of the tiny guest is fixed.', {
      field: 'preset',
      remedy: note('Also give --iso, --image, --disk or --kernel, or omit --preset.'),
    });
  return preset;
}

/** Devices by name, or by kind and name (`vnic:nic1`); `default` clears the order. */
function bootOrderOf(input: Input): string[] | undefined {
  const value = input.text(BOOT_ORDER.name);
  if (value === undefined) return undefined;
  return value === 'default' ? [] : value.split(',').map((name) => name.trim());
}

/** Whether the options make a new VM boot its own devices: the network first, or a boot order. */
export const bootsFromDevices = (input: Input): boolean =>
  input.text('boot-first') === 'network' || (bootOrderOf(input) ?? []).length > 0;

/** The hardware that the options ask for; undefined if none does. */
export function hardwareDraft(input: Input): HardwareDraft | undefined {
  const given = HARDWARE_OPTIONS.flatMap((option): Array<[string, string]> => {
    const value = chosen(input, option);
    return value === undefined ? [] : [[SETTINGS[option.name] ?? option.name, value]];
  });
  const bootOrder = bootOrderOf(input);
  if (given.length === 0 && bootOrder === undefined) return undefined;
  return { ...(Object.fromEntries(given) as HardwareDraft), ...(bootOrder && { bootOrder }) };
}
