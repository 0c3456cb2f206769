import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The built product, ready to be run as child processes. */
export interface Program {
  /** Absolute path of the command line's bundle; the daemon's lies beside it. */
  readonly cli: string;
  remove(): void;
}

/**
 * The product as it is built from these sources: `bin/atoll` builds it when it is stale. It is run from a copy, since a
 * build in another terminal would take the chunks away from under a running test and have its engine replaced.
 */
export function builtProgram(root = process.cwd()): Program {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'atoll'), 'version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the product cannot be built: ${stderr}`);
  const folder = mkdtempSync(join(tmpdir(), 'atoll-program-'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  // Native modules are not bundled; Node looks for them from the file's real place upwards.
  for (const name of ['node_modules', 'package.json']) {
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(folder, name));
  }
  return {
    cli: join(folder, 'dist', 'cli.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
