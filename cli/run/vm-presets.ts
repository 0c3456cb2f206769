import { GUEST_PRESETS, PRESETS } from '../../contract/state/presets';
import { GUEST_PRESET_NAMES } from '../../english/hardware';
import type { Run } from '../spec';
import { mebibytes } from '../text/units';

/** `vm presets`: the table itself; it needs no engine. */
export const vmPresets: Run = ({ out }) => {
  const rows = GUEST_PRESETS.map((preset) => ({ preset, ...PRESETS[preset] }));
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'preset', of: (row) => row.preset },
        { title: 'guest', of: (row) => GUEST_PRESET_NAMES[row.preset] },
        { title: 'disk bus', of: (row) => row.diskBus },
        { title: 'nic', of: (row) => row.hardware.nicModel },
        { title: 'firmware', of: (row) => row.hardware.firmware },
        { title: 'tpm', of: (row) => row.hardware.tpm },
        { title: 'video', of: (row) => row.hardware.video },
        { title: 'sound', of: (row) => row.hardware.sound },
        { title: 'clock', of: (row) => row.hardware.clock },
        { title: 'memory', of: (row) => mebibytes(row.memoryMiB) },
        { title: 'cpus', of: (row) => row.cpus },
      ],
      '',
    ),
  );
  return Promise.resolve();
};
