import { throwIfCancelled } from '../cancelled';
import type { RunOptions, RunResult, Shell } from '../shell';

/** A batch takes a fraction of this, on an emulated host a third; anything longer hangs. */
const GRACE_MS = 20_000;

/**
 * The same shell, but after an abort the running command may finish, and is cut off only if it takes too long. An `ip -batch`
 * killed between two lines leaves a bridge that is created but not marked; the batches are short, so waiting for them costs little.
 * Nothing new is started after an abort.
 */
export function graceShell(shell: Shell): Shell {
  return {
    name: shell.name,
    run: (argv, options) => withGrace(options, (late) => shell.run(argv, late)),
    script: (script, args, options) => withGrace(options, (late) => shell.script(script, args, late)),
    stream: (argv, onLine) => shell.stream(argv, onLine),
    pipe: (argv) => shell.pipe(argv),
    connect: (path) => shell.connect(path),
    close: () => shell.close(),
  };
}

async function withGrace(
  options: RunOptions = {},
  run: (options: RunOptions) => Promise<RunResult>,
): Promise<RunResult> {
  const { signal } = options;
  if (!signal) return run(options);
  throwIfCancelled(signal);
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => late.abort(), GRACE_MS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await run({ ...options, signal: late.signal });
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}
