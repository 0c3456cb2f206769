import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleLabReader } from '../../scripts/lib/bundle.mjs';

/** A thread can't be started from TypeScript: tests that run the app from its sources have the program of this one bundled. */
export default async function setup() {
  const { outputFiles } = await bundleLabReader({ outdir: join(process.cwd(), 'dist') });
  for (const { path, contents } of outputFiles) {
    // What is there already stays: an ordinary user may not write into the checkout.
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    // By rename, as a build does it: another run may be reading the file.
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
}
