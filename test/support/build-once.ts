import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the product of a script, as it is today, is or will be. */
export function builtFolder(name: string, script: string): string {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'atoll-test', name);
  const recipe = createHash('sha256').update(readFileSync(script)).digest('hex');
  return join(cache, `${new Date().toISOString().slice(0, 7)}-${recipe.slice(0, 12)}`);
}

/**
 * The folder that a script's product is in, cached: `fill` writes it when the script has changed or a month has passed. It is built
 * aside and renamed: what has the final name is complete.
 */
export function buildOnce(name: string, script: string, fill: (folder: string) => void): string {
  const folder = builtFolder(name, script);
  if (existsSync(folder)) return folder;
  const cache = dirname(folder);
  mkdirSync(cache, { recursive: true });
  const aside = mkdtempSync(join(cache, '.new-'));
  try {
    fill(aside);
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}
