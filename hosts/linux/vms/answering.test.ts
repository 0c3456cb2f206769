import { expect, it } from 'vitest';
import type { MoveChoice, VmDriver, VmMover, VmPack, VmSpec } from '../../../engine/ports/host-driver';
import { answering } from './answering';
import { LibvirtPulse } from './pulse';

it('hands on what a person chose of a moved definition', async () => {
  const given: Array<MoveChoice | undefined> = [];
  const land: VmMover['land'] = (_spec, _pack, _signal, choice) => {
    given.push(choice);
    return Promise.resolve(new Map());
  };
  const driver = { mover: { land }, snapshots: {} } as unknown as VmDriver;
  const pulse = new LibvirtPulse({ name: 'node', stream: () => Promise.reject(new Error('not asked')) } as never);
  const choice = { carry: ['serial-1'], leave: ['hostdev-1'] };
  await answering(driver, pulse).mover.land({} as VmSpec, {} as VmPack, new AbortController().signal, choice);
  expect(given).toEqual([choice]);
});
