import type * as Ssh2 from 'ssh2';

/**
 * The SSH library, loaded with the first SSH host: an engine without one needs neither the 100 ms nor the 14 MB. It is a CommonJS
 * package of which Node detects only some names, so everything is in the default export, which its types lack.
 */
export async function loadSsh2(): Promise<typeof Ssh2> {
  const loaded = (await import('ssh2')) as unknown as { readonly default: typeof Ssh2 };
  return loaded.default;
}
