import type { SeedFiles } from '../../contract';
import type { Repositories, VmRow } from '../ports/store';
import { shownSeedFiles } from './seed-files';
import { seedInput } from './vm-spec';

/** The files of a VM's seed as it gets them when it starts, with the password only as set; null: it has none. */
export function shownSeed(db: Repositories, vm: VmRow): SeedFiles | null {
  if (vm.boot.kind !== 'image' || !vm.boot.seed) return null;
  return shownSeedFiles(seedInput(db, vm, vm.boot.seed, db.vnics.ofVm(vm.id)));
}
