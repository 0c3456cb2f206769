/** The part that is done, 0 to 1, in what `qemu-img convert -p` prints: `    (12.50/100%)`, written over itself. */
export function partDone(printed: string): number | null {
  const percent = /\((\d{1,3}(?:\.\d+)?)\/100%\)[^(]*$/.exec(printed)?.[1];
  return percent === undefined ? null : Number(percent) / 100;
}
