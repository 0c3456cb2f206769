import Module from 'node:module';
import { afterEach, expect, it } from 'vitest';
import { loadSsh2 } from './load-ssh2';

type Load = (request: string, ...rest: unknown[]) => unknown;
const loader = Module as unknown as { _load: Load; _cache: Record<string, unknown> };
const real = loader._load;

const cached = { ...loader._cache };

// Tests of one worker share the library, so it gets its own copy back.
afterEach(() => {
  loader._load = real;
  Object.assign(loader._cache, cached);
});

/** Lets the loader answer once for the library's client as `answer` does, as it would with no file descriptor left. */
function onceForClient(answer: () => unknown): void {
  for (const file of Object.keys(loader._cache))
    if (file.includes('/ssh2/lib/')) Reflect.deleteProperty(loader._cache, file);
  let asked = false;
  loader._load = function (this: unknown, request, ...rest) {
    if (request !== './client.js' || asked) return Reflect.apply(real, this, [request, ...rest]);
    asked = true;
    return answer();
  };
}

it('loads the SSH library again after it could not be read', () => {
  onceForClient(() => {
    throw new Error('EMFILE: too many open files');
  });
  expect(loadSsh2).toThrow('EMFILE');
  expect(loadSsh2().Client).toBeTypeOf('function');
});

it('names what is there of a library that was read in part, and reads it again', () => {
  onceForClient(() => ({}));
  expect(loadSsh2).toThrow(/not loaded whole: it exports AgentProtocol, .*Client/);
  expect(new (loadSsh2().Client)()).toBeDefined();
});
