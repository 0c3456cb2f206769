import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleBackupReader, bundleLabReader } from '../../scripts/lib/bundle.mjs';

/** Neither a thread nor a process can be started from TypeScript: tests that run the app from its sources have both readers bundled. */
export default async function setup() {
  const outdir = join(process.cwd(), 'dist');
  const bundles = await Promise.all([bundleLabReader({ outdir }), bundleBackupReader({ outdir })]);
  for (const { path, contents } of bundles.flatMap(({ outputFiles }) => outputFiles)) {
    // What is there already stays: an ordinary user may not write into the checkout.
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    // By rename, as a build does it: another run may be reading the file.
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
}
