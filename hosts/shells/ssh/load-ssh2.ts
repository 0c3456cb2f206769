import { createRequire } from 'node:module';
import type * as Ssh2 from 'ssh2';

const load = createRequire(import.meta.url);

/**
 * The SSH library, loaded with the first SSH host: an engine without one needs neither the 100 ms nor the 14 MB. It is required and not
 * imported: Node keeps an import that failed (no free file descriptor, say) until the process ends, and no SSH host would answer until
 * then; a `require` that failed is forgotten.
 * @throws Error when it can't be read, or was read only in part
 */
export function loadSsh2(): typeof Ssh2 {
  const ssh2 = load('ssh2') as typeof Ssh2;
  if (typeof ssh2.Client === 'function') return ssh2;
  const names = Object.keys(ssh2).join(', ') || 'nothing';
  forget();
  throw new Error(`The SSH library was not loaded whole: it exports ${names}`);
}

/** What a load that stopped halfway left in Node's cache, so that the next connection reads the library again. */
function forget(): void {
  const own = load.resolve('ssh2').replace(/index\.js$/, '');
  for (const file of Object.keys(load.cache)) if (file.startsWith(own)) Reflect.deleteProperty(load.cache, file);
}
