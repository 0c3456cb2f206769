import { Name } from '../../contract';
import type { ObservedVm } from '../ports/observed';

/** Leaves room for a number behind a name. */
const LONGEST = 240;

/** A text without what no name may have, and without a blank at either end. */
function cleaned(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Zs}]+/gu, ' ')
    .replace(/\p{Default_Ignorable_Code_Point}|[\p{Cf}\ufff9-\ufffb\u2800]/gu, '')
    .trim();
  return [...plain].slice(0, LONGEST).join('').trim();
}

/**
 * The name that Atoll gives an imported VM: its own if that can be one, else without what is not allowed in a name, else its
 * libvirt name or a part of its id; with a number if the name is taken. Its name on the host stays.
 */
export function importName(
  seen: Pick<ObservedVm, 'id' | 'name' | 'domain'>,
  isTaken: (name: string) => boolean,
): string {
  const whole = Name.safeParse(seen.name).success ? seen.name : undefined;
  const candidates = [whole, cleaned(seen.name), cleaned(seen.domain ?? '')];
  const base = candidates.find((name) => name !== undefined && Name.safeParse(name).success);
  const name = base ?? `vm-${seen.id.slice(0, 8)}`;
  if (!isTaken(name)) return name;
  const stem = [...name].slice(0, LONGEST).join('').trim();
  for (let n = 2; ; n += 1) if (!isTaken(`${stem}-${n}`)) return `${stem}-${n}`;
}
