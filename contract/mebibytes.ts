/** Formats bytes in MiB with one digit below ten. */
export function mebibytes(bytes: number): string {
  const size = bytes / 1_048_576;
  return `${bytes > 0 && size < 10 ? Math.max(0.1, Math.ceil(size * 10) / 10) : Math.ceil(size)} MiB`;
}
