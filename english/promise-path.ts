import type { PathStep } from '../contract/model/promise';

/** A path as a line: `cam1 -[cameras on node1]- gw -[office on node1]- pc1`. */
export function pathText(steps: readonly PathStep[]): string {
  return steps
    .map(({ kind, from, network, host, to }, i) => {
      const on = host === null ? network : `${network} on ${host}`;
      return `${i === 0 ? from : ''} -[${on}${kind === 'leak' ? ', not isolated' : ''}]- ${to}`;
    })
    .join('');
}
