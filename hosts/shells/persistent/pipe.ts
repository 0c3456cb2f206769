import { AppError } from '../../../contract';
import type { Channel } from './channel';
import { commandLine } from './quote';

const ANSWER_WITHIN_MS = 20_000;

/** Prints `+` before the command gets its input: the sh would interpret anything earlier as commands. */
const READY = 'printf +; exec "$@"';

/**
 * Turns an sh at its prompt into a command with its three streams, as bytes.
 * @throws AppError HOST_UNREACHABLE if it could not be started
 */
export async function pipeThrough(sh: Channel, host: string, argv: readonly string[]): Promise<Channel> {
  sh.stdin.on('error', () => sh.close());
  sh.stdin.write(`exec ${commandLine(['sh', '-c', READY, 'sh', ...argv])}\n`);
  const early = await untilReady(sh, host, argv);
  if (early.length > 0) sh.stdout.unshift(early);
  return sh;
}

/** Waits for the `+`; returns the bytes directly after it. */
function untilReady(sh: Channel, host: string, argv: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => sh.close(), ANSWER_WITHIN_MS);
    const onData = (bytes: Buffer): void => {
      clearTimeout(timer);
      sh.stdout.off('data', onData);
      sh.stdout.pause();
      resolve(bytes.subarray(1));
    };
    sh.stdout.on('data', onData);
    void sh.ended.then(() => {
      clearTimeout(timer);
      reject(new AppError('HOST_UNREACHABLE', `${argv[0] ?? 'A command'} could not be started on ${host}`));
    });
  });
}
