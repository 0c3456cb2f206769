import type { AtollClient } from '../../app/client';
import { onReaderGone } from '../reader-gone';
import type { Run } from '../spec';
import { TerminalFilter } from '../text/terminal-filter';

/** Ctrl-] as in telnet and virsh console. */
const LEAVE = 0x1d;
/** Base64 of this many bytes fits into one `vms.consoleWrite`. */
const PIECE = 48 * 1024;

/** After all piped input is sent, a guest that is silent for this long has finished. A ping prints every second. */
const SILENCE_S = 3;

/**
 * The serial console: raw on a terminal, a plain pipe otherwise. Ends when the VM stops, on Ctrl-], or when piped input is sent and
 * answered. Without stdin it listens until it is stopped, or until its output has no reader. On a terminal the guest's output is
 * filtered (`TerminalFilter`), unless `--raw` is given; a pipe and --json get it unfiltered.
 */
export const vmConsole: Run = async ({ input, out, engine }) => {
  const silenceMs = (input.number('silence') ?? SILENCE_S) * 1000;
  const { client, close } = await engine();
  const { id: vm, name } = await client.vms.show({ vm: input.arg('VM') });
  const stream = await client.vms.console({ vm });
  out.note(`Connected to ${name}.${process.stdin.isTTY ? ' Ctrl-] leaves.' : ''}`);
  let left = false;
  const leave = () => {
    left = true;
    // Closing the connection frees the stream in the engine.
    close();
  };
  const filter = process.stdout.isTTY && !out.asJson && !input.flag('raw') ? new TerminalFilter() : null;
  const silence = new Silence(silenceMs, leave);
  const stopWatching = onReaderGone(leave);
  const typing = type(client, vm, { leave, typed: () => silence.begin() });
  try {
    for await (const chunk of stream) {
      silence.broken();
      out.next(chunk, ({ data }) => {
        const bytes = Buffer.from(data, 'base64');
        process.stdout.write(filter?.pass(bytes) ?? bytes);
      });
    }
    out.note(`\n${name} has ended.`);
  } catch (error) {
    if (!left) throw error;
    out.note('');
  } finally {
    stopWatching();
    if (filter) process.stdout.write(filter.end());
    silence.end();
    typing.end();
  }
  typing.check();
};

/** Calls `onIdle` after `ms` without output, once it has started. */
class Silence {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly ms: number,
    private readonly heard: () => void,
  ) {}

  begin(): void {
    this.timer = setTimeout(this.heard, this.ms);
  }

  broken(): void {
    this.timer?.refresh();
  }

  end(): void {
    if (this.timer) clearTimeout(this.timer);
  }
}

/** Sends input in order. `check` throws the error of the last write. */
function type(client: AtollClient, vm: string, { leave, typed }: { leave: () => void; typed: () => void }) {
  const { stdin } = process;
  let queue = Promise.resolve();
  let failure: unknown = null;
  let any = false;
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
    any = true;
    send(stop < 0 ? bytes : bytes.subarray(0, stop));
    if (stop >= 0) void queue.then(leave);
  };
  const onEnd = () => {
    if (any) void queue.then(typed);
  };
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on('data', onData).on('end', onEnd);
  return {
    end: () => {
      stdin.off('data', onData).off('end', onEnd);
      if (stdin.isTTY) stdin.setRawMode(false);
      stdin.pause();
      // A file has none: it keeps nothing alive.
      if ('unref' in stdin) stdin.unref();
    },
    check: () => {
      if (failure !== null) throw failure;
    },
  };
}
