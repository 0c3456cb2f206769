import { z } from 'zod';
import { DiskBytes, DiskBus, DiskFormat, type GuestPreset, PRESETS } from '../../../contract';
import { text } from './text';

const GIB = 1024 ** 3;

/** An empty disk of a form as entered. */
export interface DiskForm {
  readonly gib: string;
  readonly bus: DiskBus;
  readonly format: DiskFormat;
}

/** What an installation usually needs. */
export const INSTALL_DISK: DiskForm = { gib: '20', bus: 'virtio', format: 'qcow2' };

/** A further disk for a guest of this kind. */
export function diskFor(preset: GuestPreset | ''): DiskForm {
  if (preset === '') return INSTALL_DISK;
  const { diskBus, diskGib } = PRESETS[preset];
  return { ...INSTALL_DISK, bus: diskBus, gib: String(diskGib) };
}

/** Whole sectors; what is not a number is refused by the schema. */
const bytesOf = (gib: string): number => Math.round((Number(gib) * GIB) / 512) * 512;

export const toDisk = ({ gib, bus, format }: DiskForm) => ({ sizeBytes: bytesOf(gib), bus, format });
export const toGib = (bytes: number): string => String(Number((bytes / GIB).toFixed(2)));

/** A size for the engine, with the field's own words for what is not a number. */
export const SizeInput = z.number(text.diskNotNumber).pipe(DiskBytes);
export const DiskInput = z.object({ sizeBytes: SizeInput, bus: DiskBus, format: DiskFormat });
