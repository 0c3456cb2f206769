import type { AtollClient } from '../app/client';

type Callable = (...args: unknown[]) => unknown;

/** The same client, with every command allowed to break promises. Queries are left as they are. */
export const breaking = (client: AtollClient): AtollClient => wrapped(client) as AtollClient;

function wrapped(node: object): object {
  return new Proxy(node, {
    get: (target, key) => {
      const inner: unknown = Reflect.get(target, key);
      return (typeof inner === 'object' || typeof inner === 'function') && inner !== null ? wrapped(inner) : inner;
    },
    apply: (target, _self, [input, ...rest]: unknown[]) =>
      (target as Callable)(isCommand(input) ? { ...input, breakPromises: true } : input, ...rest),
  });
}

/** Only commands have a dry run. */
const isCommand = (input: unknown): input is object => typeof input === 'object' && input !== null && 'dryRun' in input;
