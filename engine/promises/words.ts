import type { PathStep, PromiseEffect } from '../../contract';

/** A broken promise with its path, for an error: `the promise "cameras never reach office": cam1 -[cameras]- gw -[office]- pc1`. */
export function effectWords({ sentence, findings: [first] }: PromiseEffect): string {
  const path = first ? pathWords(first.path) : '';
  return `the promise "${sentence}"${path === '' ? '' : `: ${path}`}`;
}

/** A path as one line. */
export function pathWords(steps: readonly PathStep[]): string {
  return steps.map(({ from, network, to }, i) => `${i === 0 ? from : ''} -[${network}]- ${to}`).join('');
}
