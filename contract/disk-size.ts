const UNITS = ['MiB', 'GiB', 'TiB'] as const;
const LETTERS = ['K', 'M', 'G', 'T', 'P', 'E'] as const;

/** A size of a disk: `20 GiB`, `1.5 TiB`, `0.3 MiB`. */
export function diskSize(bytes: number): string {
  let value = bytes / 1024 ** 2;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${UNITS[unit]}`;
}

/** `20G`, `1.5T` or `512 MiB` in bytes, with units of 1024; a plain number is bytes. Null: not a size. */
export function parseDiskSize(text: string): number | null {
  const [, amount, letter = ''] = /^(-?\d{1,20}(?:\.\d{1,6})?) ?(?:(K|M|G|T|P|E)(?:i?B)?|B)?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return null;
  const power = letter === '' ? 0 : LETTERS.findIndex((each) => each === letter.toUpperCase()) + 1;
  return Math.round(Number(amount) * 1024 ** power);
}

/** A size as it is written in lab files and commands: `20G`, `512M`, or bytes. */
export function sizeText(bytes: number): string {
  if (bytes % 1024 ** 3 === 0) return `${bytes / 1024 ** 3}G`;
  return bytes % 1024 ** 2 === 0 ? `${bytes / 1024 ** 2}M` : String(bytes);
}
