// A folder as a Debian package, so that the same folder always gives the same bytes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, lutimesSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Everything below a folder, itself included, by name. */
export function everything(folder) {
  return [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, name))].sort();
}

/**
 * Builds `file` of `tree`, whose DEBIAN folder has the maintainer scripts; control is made of the template `control`, with
 * `fields` in the place of @NAME@. `epoch` is the time of all files, in seconds. `quick` makes a package
 * that is larger and done in a tenth of the time, for tests.
 */
export function buildDeb({ tree, control, fields, epoch, file, quick }) {
  const meta = join(tree, 'DEBIAN');
  const files = everything(tree).filter((path) => !path.startsWith(meta) && lstatSync(path).isFile());
  const kilobytes = files.reduce((sum, path) => sum + Math.ceil(lstatSync(path).size / 1024), 0);
  mkdirSync(meta, { recursive: true });
  const values = { ...fields, INSTALLED_SIZE: kilobytes };
  writeFileSync(
    join(meta, 'control'),
    control.replaceAll(/@([A-Z_]+)@/g, (_, name) => String(values[name])),
  );
  writeFileSync(join(meta, 'md5sums'), files.map((path) => `${md5(path)}  ${relative(tree, path)}\n`).join(''));
  settle(tree, epoch);
  execFileSync(
    'dpkg-deb',
    ['--root-owner-group', '--threads-max=1', ...(quick ? ['-Zgzip', '-z1'] : ['-Zxz']), '--build', tree, file],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
    },
  );
}

const md5 = (path) => createHash('md5').update(readFileSync(path)).digest('hex');

/** The times and rights that a package has, whatever umask and clock it was made under. */
function settle(tree, epoch) {
  for (const path of everything(tree).reverse()) {
    const stat = lstatSync(path);
    if (!stat.isSymbolicLink()) chmodSync(path, stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o755 : 0o644);
    lutimesSync(path, epoch, epoch);
  }
}
