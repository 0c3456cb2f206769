import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the screens when they are older than their sources, so that the tests see what is in the tree. */
export function setup(): void {
  const built = statSync(`${root}dist/renderer/index.html`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newest = Math.max(
    ...['renderer', 'contract'].map((folder) => newestIn(`${root}${folder}`)),
    statSync(`${root}vite.config.ts`).mtimeMs,
  );
  // In a process of its own: within the test runner vite would build for tests.
  if (built < newest)
    execFileSync(process.execPath, [`${root}scripts/build-renderer.mjs`, '--quiet'], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'inherit',
    });
}

function newestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((file) => statSync(`${file.parentPath}/${file.name}`).mtimeMs));
}
