import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the screens when they are older than their sources, so that the tests see what is in the tree. */
export function setup(): void {
  // In a process of its own: within the test runner vite would build for tests.
  execFileSync(process.execPath, [`${root}scripts/build-renderer.mjs`, '--quiet', '--if-stale'], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'inherit',
  });
}
