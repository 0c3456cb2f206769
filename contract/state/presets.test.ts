import { describe, expect, it } from 'vitest';
import { Hardware } from '../model/hardware';
import { vms } from '../procedures/vms';
import { GUEST_PRESETS, PRESETS, presetHardware } from './presets';

const AddInput = vms.add['~orpc'].inputSchema;

describe('presets of guests', () => {
  it.each(GUEST_PRESETS)('%s has values that a new VM takes as they are', (name) => {
    const { diskBus, diskGib, memoryMiB, cpus } = PRESETS[name];
    const hardware = presetHardware(name, { kind: 'devices' });
    expect(Hardware.parse(hardware)).toEqual(hardware);
    const disks = [{ sizeBytes: diskGib * 1024 ** 3, bus: diskBus }];
    const input = { name: 'web', boot: { kind: 'devices' }, hardware, disks, memoryMiB, cpus };
    expect(AddInput?.parse(input)).toMatchObject(input);
  });

  it('name the bus of the boot disk if there is one', () => {
    expect(presetHardware('windows', { kind: 'image' }).diskBus).toBe('sata');
    expect(presetHardware('windows', { kind: 'devices' }).diskBus).toBe('virtio');
  });

  it('give Windows no device without a driver in its installer', () => {
    for (const name of ['windows-11', 'windows'] as const)
      expect(PRESETS[name]).toMatchObject({
        ...{ diskBus: 'sata', hardware: { nicModel: expect.stringMatching(/^e1000/), clock: 'localtime' } },
      });
  });
});
