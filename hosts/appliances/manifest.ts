import { type Hash, createHash } from 'node:crypto';
import { AppError, note } from '../../contract';

/** A manifest has a line for each file. */
export const MAX_MANIFEST_BYTES = 1_048_576;

/** The sums that OVF's versions use. */
const ALGORITHMS = ['sha1', 'sha256', 'sha512'] as const;
type Algorithm = (typeof ALGORITHMS)[number];
export type Sums = Readonly<Record<Algorithm, string>>;

/** All sums of one file, computed while it is read: the manifest may come after it. */
export class Summing {
  private readonly hashes: ReadonlyArray<readonly [Algorithm, Hash]> = ALGORITHMS.map((name) => [
    name,
    createHash(name),
  ]);

  add(chunk: Uint8Array): void {
    for (const [, hash] of this.hashes) hash.update(chunk);
  }

  sums(): Sums {
    return Object.fromEntries(this.hashes.map(([name, hash]) => [name, hash.digest('hex')])) as Sums;
  }
}

/** `SHA256(disk1.vmdk)= 0a1b...` */
const LINE = /^(SHA1|SHA256|SHA512)\s*\((.+)\)\s*=\s*([0-9a-f]+)\s*$/i;

/** Bad: a disk that was cut off in a download; a manifest that names a file that is not there. */
export function assertSums(shown: string, manifest: string, files: ReadonlyMap<string, Sums>): void {
  for (const line of manifest.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const [, algorithm = '', name = '', sum = ''] = LINE.exec(line) ?? [];
    if (sum === '') throw wrong(shown, 'its manifest has a line that is no sum');
    const sums = files.get(name.trim());
    if (sums === undefined) throw wrong(shown, `its manifest names ${JSON.stringify(name.trim())}, which is missing`);
    if (sums[algorithm.toLowerCase() as Algorithm] !== sum.toLowerCase())
      throw wrong(shown, `${JSON.stringify(name.trim())} does not have the sum in its manifest`);
  }
}

const wrong = (shown: string, why: string): AppError =>
  new AppError('BAD_INPUT', `${shown} is damaged or was changed: ${why}`, {
    field: 'path',
    remedy: note('Download or copy it again.'),
  });
