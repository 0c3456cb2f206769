import type { Boot } from '../../contract';
import type { BootRequest } from '../vms/boot-request';

/** The boot source of a copy. `addressed`: the vNICs whose addresses are free for it. */
export function draftOf(boot: Boot, addressed: ReadonlySet<string>): BootRequest {
  if (boot.kind === 'imported') throw new Error('an imported VM is not copied');
  // A disk that a user named belongs to its VM alone (`assertDiskOwned`).
  if (boot.kind === 'disk') return { ...boot, format: boot.format ?? undefined };
  if (boot.kind !== 'image') return boot;
  const { imageId: image, diskBytes, copy, copiedFrom } = boot;
  const seed = boot.seed && { ...boot.seed, addresses: boot.seed.addresses.filter(({ vnic }) => addressed.has(vnic)) };
  return { kind: 'image', image, seed, diskBytes, copy, copiedFrom };
}
