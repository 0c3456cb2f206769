import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the screens if they are older than their sources, so that the tests use the current ones. */
export function setup(): void {
  // In a separate process: inside the test runner vite would build for tests.
  execFileSync(process.execPath, [`${root}scripts/build-renderer.mjs`, '--quiet', '--if-stale'], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'inherit',
  });
}
