import type { PromiseFinding } from '../contract/model/promise';

/** The path of a finding as text: `web —blue on host1→ gw —green on host1→ db`. */
export const pathText = (path: PromiseFinding['path']): string =>
  path.length === 0
    ? ''
    : (path[0]?.from ?? '') +
      path.map(({ network, host, to }) => ` —${network}${host === null ? '' : ` on ${host}`}→ ${to}`).join('');
