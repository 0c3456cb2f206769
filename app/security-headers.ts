/**
 * What the page may do: scripts, styles, fonts and pictures of its own, and calls to where it came from. xterm.js makes
 * <style> elements; they carry the nonce of their page. PatternFly and React set styles through the CSSOM, which a policy
 * does not forbid. No page may frame it. WebRTC is not in it: Chromium knows no such directive and reports it as an error. `host` is where the WebSocket goes; null where calls go over a MessagePort.
 */
export function contentSecurityPolicy(nonce: string | null, host: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce === null ? '' : ` 'nonce-${nonce}'`}`,
    "font-src 'self'",
    "img-src 'self'",
    // 'self' covers ws: of the same origin in current browsers, not in all: it is spelled out.
    `connect-src 'self'${host === null ? '' : ` ws://${host}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every answer. */
export function securityHeaders(nonce: string | null, host: string | null): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(nonce, host),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  };
}
