import { deviceName } from '../../english/hardware';
import type { Run } from '../spec';

/** `vm definition`: the hardware that its host has for the VM. */
export const vmDefinition: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const definition = await client.vms.definition({ vm: input.arg('VM') });
  out.answer(definition, () => {
    if (definition === null) return void out.line('It has no definition yet: its host gets one when it first starts.');
    const { machine, cpu, firmware, tpm, video, sound, devices } = definition;
    out.fields([
      ['machine', machine ?? undefined],
      ['CPU', cpu ?? undefined],
      ['firmware', firmware],
      ['TPM', tpm ?? undefined],
      ['video', video.join(', ') || undefined],
      ['sound', sound.join(', ') || undefined],
    ]);
    out.line();
    out.table(
      devices,
      [
        { title: 'kept as it is', of: (row) => deviceName(row.kind) },
        { title: 'model', of: (row) => row.model },
        { title: 'address', of: (row) => row.address },
      ],
      'It has no other devices than those that Atoll manages.',
    );
  });
};
