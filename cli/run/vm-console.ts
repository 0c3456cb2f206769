import type { AtollClient } from '../../app/client';
import type { Run } from '../spec';

/** Ctrl-] as in telnet and virsh console. */
const LEAVE = 0x1d;
/** Base64 of this many bytes stays below what one `vms.consoleWrite` takes. */
const PIECE = 48 * 1024;

/** The serial console: raw on a terminal, a plain pipe otherwise. Ends when the VM does, or on Ctrl-]. */
export const vmConsole: Run = async ({ input, out, engine }) => {
  const { client, close } = await engine();
  const { id: vm, name } = await client.vms.show({ vm: input.arg('VM') });
  const stream = await client.vms.console({ vm });
  out.note(`Connected to ${name}.${process.stdin.isTTY ? ' Ctrl-] leaves.' : ''}`);
  let left = false;
  const leave = () => {
    left = true;
    // Closing the connection is what frees the stream at the engine's end.
    close();
  };
  const typing = type(client, vm, leave);
  try {
    for await (const chunk of stream) {
      out.next(chunk, ({ data }) => process.stdout.write(Buffer.from(data, 'base64')));
    }
    out.note(`\n${name} has ended.`);
  } catch (error) {
    if (!left) throw error;
    out.note('');
  } finally {
    typing.end();
  }
  typing.check();
};

/** Sends what is typed, in order. An error of the last write is thrown by `check`. */
function type(client: AtollClient, vm: string, leave: () => void) {
  const { stdin } = process;
  let queue = Promise.resolve();
  let failure: unknown = null;
  const send = (bytes: Buffer) => {
    for (let from = 0; from < bytes.length; from += PIECE) {
      const data = bytes.subarray(from, from + PIECE).toString('base64');
      queue = queue.then(async () => void (await client.vms.consoleWrite({ vm, data })));
    }
    queue = queue.catch((error: unknown) => {
      failure ??= error;
      leave();
    });
  };
  const onData = (bytes: Buffer) => {
    const stop = stdin.isTTY ? bytes.indexOf(LEAVE) : -1;
    send(stop < 0 ? bytes : bytes.subarray(0, stop));
    if (stop >= 0) void queue.then(leave);
  };
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on('data', onData);
  return {
    end: () => {
      stdin.off('data', onData);
      if (stdin.isTTY) stdin.setRawMode(false);
      stdin.pause();
      stdin.unref();
    },
    check: () => {
      if (failure !== null) throw failure;
    },
  };
}
