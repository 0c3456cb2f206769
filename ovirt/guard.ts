import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Why a request is refused, in a word for the log. */
export type Refusal = 'foreign host' | 'foreign origin';

/**
 * Whether a request was meant for this door. `Host` stops a foreign name that is pointed at 127.0.0.1, `Origin` and `Sec-Fetch-Site`
 * stop pages in a browser that was signed in here. Clients of oVirt send neither of the last two.
 */
export function refusalOf(headers: IncomingHttpHeaders, scheme: 'http' | 'https', port: number): Refusal | null {
  const usual = port === (scheme === 'https' ? 443 : 80);
  const names = LOOPBACK_NAMES.flatMap((name) => (usual ? [name, `${name}:${port}`] : [`${name}:${port}`]));
  if (headers.host === undefined || !names.includes(headers.host.toLowerCase())) return 'foreign host';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'foreign origin';
  if (headers.origin === undefined) return null;
  return headers.origin === `${scheme}://${headers.host}` ? null : 'foreign origin';
}

/** The parts of a path, decoded; null for one that no client of ours sends: dots, empty parts, control characters. */
export function partsOf(target: string): { readonly parts: readonly string[]; readonly query: URLSearchParams } | null {
  const from = /^https?:\/\/[^/]*/i.exec(target)?.[0].length ?? 0;
  const [path = '', ...rest] = target.slice(from).split('?');
  if (!path.startsWith('/')) return null;
  const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  try {
    const decoded = parts.map((part) => decodeURIComponent(part.replace(/;.*$/s, '')));
    if (decoded.some((part) => part === '' || part === '.' || part === '..' || /[/\\\p{Cc}]/u.test(part))) return null;
    const query = new URLSearchParams(rest.join('?'));
    // `/vms;max=10`: the older form of the same parameters, of which oVirt's engine reads both.
    const [, ...matrix] = (parts.at(-1) ?? '').split(';');
    const given = matrix.map((each) => (each.includes('=') ? each : `${each}=true`));
    for (const [name, value] of new URLSearchParams(given.join('&'))) if (!query.has(name)) query.append(name, value);
    return { parts: decoded, query };
  } catch {
    return null;
  }
}

/** The values of a cookie: several may have one name, of other ports of this address. */
export const cookiesOf = (headers: IncomingHttpHeaders, name: string): string[] =>
  (headers.cookie ?? '')
    .split(';')
    .flatMap((part) => {
      const at = part.indexOf('=');
      return at > 0 && part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : [];
    })
    .slice(0, 32);
