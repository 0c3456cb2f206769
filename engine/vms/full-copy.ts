import { DiskBytes, type PreviewLine, say } from '../../contract';
import type { Repositories, VmRow } from '../ports/store';
import type { BootRequest } from './boot-request';
import type { VmTurn } from './vm-turn';

type Images = Pick<Repositories, 'images'>;

/** The bytes that a full copy of an image takes at most; 0: the VM gets none. */
export function fullCopyBytes(db: Images, { boot }: Pick<VmRow, 'boot'>): number {
  if (boot.kind !== 'image' || boot.copy === 'thin' || boot.imageId === null) return 0;
  return bytesOf(db, boot.imageId, boot.diskBytes);
}

/** The same for a requested VM. An image that does not exist is refused later. */
export function askedCopyBytes(db: Images, boot: BootRequest): number {
  if (boot.kind !== 'image' || boot.copy === 'thin' || boot.image === null) return 0;
  const image = db.images.get(boot.image) ?? db.images.byName(boot.image);
  return image === undefined ? 0 : bytesOf(db, image.id, boot.diskBytes);
}

/** What a command announces of it. */
export function copyLines(db: Images, vm: Pick<VmRow, 'name' | 'boot'>): PreviewLine[] {
  const bytes = fullCopyBytes(db, vm);
  return bytes === 0 ? [] : [say('preview.vm.full_copy', { vm: vm.name, bytes })];
}

const bytesOf = (db: Images, imageId: string, diskBytes: number | null): number =>
  Math.max(db.images.get(imageId)?.virtualBytes ?? 0, diskBytes ?? 0);

/** Once the disk exists: it does not need the image any more. */
export function noteFullCopy(turn: VmTurn): void {
  const { boot } = turn.vm;
  if (boot.kind !== 'image' || boot.copy === 'thin' || boot.imageId === null) return;
  const { imageId } = boot;
  turn.write((tx) => {
    const copiedFrom = tx.images.get(imageId)?.name ?? null;
    // A raw image can have a size that no disk is asked for; its host knows it.
    const size = DiskBytes.safeParse(bytesOf(tx, imageId, boot.diskBytes));
    const diskBytes = size.success ? size.data : boot.diskBytes;
    tx.vms.update(turn.vm.id, { boot: { ...boot, imageId: null, copiedFrom, diskBytes } });
  });
}
