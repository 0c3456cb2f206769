import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, note } from '../../../contract';
import type { Channel, OpenChannel } from '../persistent/channel';
import { quote } from '../persistent/quote';
import { hereChannel } from './here-channel';

/** The user has to find the window and type. */
const PATIENCE_MS = 120_000;

/**
 * Our end of one channel: named pipes that both sides open. $1: their folder, which is removed at the end. It ends with the exit
 * code of the program at the other end, which ends when our stdin does.
 */
const NEAR_END = `
mkfifo "$1/in" "$1/out" "$1/err" "$1/exit" || exit 125
echo made; exec 3<&0
cat <"$1/out" 3<&- & out=$!; cat <"$1/err" >&2 3<&- & err=$!
cat <&3 >"$1/in" 3<&- & in=$!
exec 3<&-
read -r code <"$1/exit"; wait $out $err; kill $in 2>/dev/null; rm -rf "$1"; exit "\${code:-1}"
`;

/** Channels to root where polkit allows it. Each pkexec asks the user, so there is only one: the sh that it starts starts all others. */
export class PkexecRoot {
  private root: Promise<Channel> | null = null;
  private readonly near = new Set<Channel>();

  /** `enter`: the command prefix of this computer; only used in tests. */
  constructor(
    private readonly host: string,
    private readonly enter: () => readonly string[],
  ) {}

  readonly open: OpenChannel = async (command) => {
    const root = await (this.root ??= this.ask().catch((error: unknown) => {
      this.root = null;
      throw error;
    }));
    const folder = await mkdtemp(join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'atoll-root-'));
    const channel = await hereChannel(['sh', '-c', NEAR_END, 'sh', folder]);
    this.near.add(channel);
    void channel.ended.then(async () => {
      this.near.delete(channel);
      await rm(folder, { recursive: true, force: true });
    });
    await made(channel);
    const [input, output, errors, exit] = ['in', 'out', 'err', 'exit'].map((name) => quote(join(folder, name)));
    root.stdin.write(`{ sh -c ${quote(command)} <${input} >${output} 2>${errors}; echo $? >${exit}; } &\n`);
    return channel;
  };

  close(): void {
    const { root } = this;
    this.root = null;
    for (const channel of this.near) channel.close();
    void root?.then(
      (channel) => channel.close(),
      () => undefined,
    );
  }

  private async ask(): Promise<Channel> {
    const argv = [...this.enter(), 'pkexec', '--disable-internal-agent', 'sh', '-c', 'echo root; exec sh'];
    const channel = await hereChannel(argv);
    let said = '';
    channel.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-500)));
    channel.stdin.on('error', () => channel.close());
    const timer = setTimeout(() => channel.close(), PATIENCE_MS);
    const isRoot = await Promise.race([
      new Promise<true>((resolve) => channel.stdout.once('data', () => resolve(true))),
      channel.ended,
    ]);
    clearTimeout(timer);
    if (isRoot !== true) throw this.refused(isRoot, said.trim().split('\n').at(-1) ?? '');
    void channel.ended.then(() => this.close());
    return channel;
  }

  /** pkexec(1): 126 if the window was dismissed, 127 if polkit does not allow it or nobody could be asked. */
  private refused(exit: number | null, said: string): AppError {
    const why = exit === 126 ? 'the question was dismissed' : said || 'there was no way to ask for a password';
    return new AppError('FORBIDDEN', `pkexec did not make Atoll root on ${this.host}: ${why}`, {
      remedy: note('It asks in a window of the desktop. Activate the host to be asked again, or add it with sudo.'),
    });
  }
}

/** The first bytes of stdout confirm that the pipes exist. */
async function made(channel: Channel): Promise<void> {
  const first = new Promise<true>((resolve) => channel.stdout.once('data', () => resolve(true)));
  if ((await Promise.race([first, channel.ended])) === true) return;
  throw new AppError('HOST_UNREACHABLE', 'No pipes could be created on this computer', {
    remedy: note('Is its disk full?'),
  });
}
