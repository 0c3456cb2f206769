import { Duplex } from 'node:stream';
import { AppError, note } from '../../../contract';
import type { Channel } from './channel';
import { commandLine } from './quote';

const ANSWER_WITHIN_MS = 10_000;

/**
 * Connects to a unix socket with whatever tool the host has. Each prints `+` on stdout once it is connected, socat on request
 * afterwards; none of them creates a file.
 */
const THROUGH = `
[ -S "$1" ] || exit 4
if command -v python3 >/dev/null; then exec python3 -c '
import os, select, socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); os.write(1, b"+")
ins = [0, s]
while True:
  ready = select.select(ins, [], [])[0]
  if 0 in ready:
    data = os.read(0, 65536)
    if not data: break
    s.sendall(data)
  if s in ready:
    data = s.recv(65536)
    if not data: break
    while data: data = data[os.write(1, data):]
' "$1"
elif command -v socat >/dev/null; then printf +; exec socat STDIO "UNIX-CONNECT:$1"
elif command -v nc >/dev/null; then printf +; exec nc -U "$1"
fi
exit 127
`;

/**
 * Turns an sh at its prompt into a connection to a unix socket of its host, as the user of the sh.
 * @throws AppError HOST_UNREACHABLE if nothing listens there, NOT_SUPPORTED if the host has no tool for it
 */
export async function socketThrough(sh: Channel, host: string, path: string): Promise<Duplex> {
  sh.stdin.write(`exec ${commandLine(['sh', '-c', THROUGH, 'sh', path])}\n`);
  return answeredChannel(sh, (exit) =>
    exit === 127
      ? new AppError('NOT_SUPPORTED', `${host} has no tool to connect to ${path}`, {
          remedy: note('Install socat there.'),
        })
      : new AppError('HOST_UNREACHABLE', `${path} on ${host} does not answer`),
  );
}

/**
 * A program that prints `+` once it is connected, as a connection.
 * @throws what `refusal` makes of the exit code of a program that ends before
 */
export async function answeredChannel(sh: Channel, refusal: (exit: number | null) => AppError): Promise<Duplex> {
  sh.stderr.resume();
  sh.stdin.on('error', () => sh.close());
  const early = await firstBytes(sh, refusal);
  const socket = new Duplex({
    write: (chunk, encoding, done) => void sh.stdin.write(chunk, encoding, () => done()),
    read: () => void sh.stdout.resume(),
    destroy: (error, done) => {
      sh.stdin.end();
      sh.close();
      done(error);
    },
  });
  if (early.length > 0) socket.push(early);
  sh.stdout.on('data', (bytes: Buffer) => {
    if (!socket.push(bytes)) sh.stdout.pause();
  });
  void sh.ended.then(() => {
    socket.push(null);
    socket.destroy();
  });
  return socket;
}

/** Waits for the `+`, and returns the bytes directly after it. */
function firstBytes(sh: Channel, refusal: (exit: number | null) => AppError): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => sh.close(), ANSWER_WITHIN_MS);
    sh.stdout.once('data', (bytes: Buffer) => {
      clearTimeout(timer);
      sh.stdout.pause();
      resolve(bytes.subarray(1));
    });
    // A channel that was paused for other first bytes stays so for a new listener.
    sh.stdout.resume();
    void sh.ended.then((exit) => {
      clearTimeout(timer);
      reject(refusal(exit));
    });
  });
}
