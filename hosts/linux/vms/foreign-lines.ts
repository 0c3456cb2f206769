import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { XmlElement } from 'libxml2-wasm';
import { AppError, type ImportedLines, note } from '../../../contract';
import type { Shell } from '../../shell';
import { answeredChannel } from '../../shells/persistent/socket';
import { elements, text, withXml } from './xml';

/** Where the serial console of a running VM is that Atoll did not define. */
export type SerialPlace = { readonly tty: string } | { readonly socket: string };
/** Where its VNC server listens. */
export type VncPlace = { readonly socket: string } | { readonly address: string; readonly port: number };

/** The live definition names the pseudo terminal that QEMU was given; nothing else is opened as one. */
const TTY = /^\/dev\/pts\/\d{1,7}$/;
const SOCKET = /^\/[^\p{Cc}]{1,1000}$/u;
/** A server on all addresses is also on the loopback one. */
const LOOPBACK: Readonly<Record<string, string>> = {
  ...{ '127.0.0.1': '127.0.0.1', '0.0.0.0': '127.0.0.1', localhost: '127.0.0.1' },
  ...{ '::1': '::1', '::': '::1' },
};

const SERIAL = 'devices/serial | devices/console';
const isPty = (port: XmlElement): boolean => port.attr('type')?.value === 'pty';
const isSocket = (port: XmlElement): boolean =>
  port.attr('type')?.value === 'unix' && text(port, 'source/@mode') === 'bind';

/** What a definition offers to look at the VM, running or not. */
export function linesOf(domain: XmlElement): ImportedLines {
  const displays = elements(domain, 'devices/graphics').map((display) => display.attr('type')?.value);
  return {
    console: elements(domain, SERIAL).some((port) => isPty(port) || isSocket(port)),
    screen: displays.includes('vnc') ? 'vnc' : displays.includes('spice') ? 'spice' : 'none',
  };
}

/** The first serial console of a live definition that can be opened; null: there is none. */
export function serialPlace(live: string): SerialPlace | null {
  return withXml(live, ({ root }) => {
    const ports = elements(root, SERIAL);
    for (const port of ports.filter(isPty)) {
      const tty = text(port, 'source/@path') ?? '';
      if (TTY.test(tty)) return { tty };
    }
    for (const port of ports.filter(isSocket)) {
      const socket = text(port, 'source/@path') ?? '';
      if (SOCKET.test(socket)) return { socket };
    }
    return null;
  });
}

/**
 * The VNC server of a live definition.
 * @throws AppError NOT_SUPPORTED if it has none, or one that only another network reaches
 */
export function vncPlace(live: string): VncPlace {
  return withXml(live, ({ root }) => {
    const [vnc] = elements(root, 'devices/graphics[@type="vnc"]');
    if (!vnc) throw noDisplay(elements(root, 'devices/graphics[@type="spice"]').length > 0);
    const socket = text(vnc, '@socket') ?? text(vnc, 'listen[@type="socket"]/@socket');
    if (socket !== null && SOCKET.test(socket)) return { socket };
    const listen = text(vnc, 'listen/@address') ?? text(vnc, '@listen') ?? '127.0.0.1';
    const port = Number(text(vnc, '@port'));
    const address = LOOPBACK[listen];
    if (address !== undefined && Number.isInteger(port) && port > 0 && port < 65_536) return { address, port };
    const where = isIP(listen) === 0 ? 'no address' : listen;
    throw new AppError(
      'NOT_SUPPORTED',
      `The VNC server of the VM listens on ${where}, which Atoll does not connect to`,
      {
        remedy: note('Let it listen on 127.0.0.1 or on a socket (virsh edit), and start the VM again.'),
      },
    );
  });
}

function noDisplay(hasSpice: boolean): AppError {
  if (hasSpice)
    return new AppError('NOT_SUPPORTED', 'The VM has only a SPICE display, and Atoll shows VNC', {
      remedy: note('Use virt-viewer on its host, or add a VNC display to its definition.'),
    });
  return new AppError('NOT_SUPPORTED', 'The definition of the VM has no display', {
    remedy: note('Add a VNC display to its definition (virsh edit), or use its console.'),
  });
}

/** Another program has the terminal open: each would get a part of what the guest prints. */
const EXIT_TAKEN = 5;

/**
 * Prints `+` once the terminal is open, and passes bytes on in both directions. The parentheses matter: a session leader that
 * opens a terminal gets it as its own, with the signals that a guest could then send. The reader ends with our input, so that
 * nothing of a later console is lost in it. $1: the terminal.
 */
const THROUGH_TTY = `
[ -c "$1" ] || exit 4
find /proc/[0-9]*/fd -lname "$1" 2>/dev/null | while read -r fd; do
  if [ "$fd" -ef "$1" ]; then exit ${EXIT_TAKEN}; fi
done || exit
(
  exec 5<>"$1" || exit 4
  stty raw -echo <&5
  exec 6<&0
  printf +
  cat <&5 2>/dev/null & reader=$!
  (cat <&6 >&5; kill "$reader") >/dev/null 2>&1 &
  exec 6<&-
  wait "$reader"
)
exit 0
`;

/** $1: the address, $2: the port. As for sockets (shells/persistent/socket.ts), with whatever tool the host has. */
const THROUGH_TCP = `
if command -v python3 >/dev/null; then exec python3 -c '
import os, select, socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5); s.settimeout(None); os.write(1, b"+")
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
' "$1" "$2" 2>/dev/null
elif command -v nc >/dev/null; then printf +; exec nc "$1" "$2"
fi
exit 127
`;

/** Opens a serial console. */
export async function connectSerial(shell: Shell, place: SerialPlace): Promise<Duplex> {
  if ('socket' in place) return shell.connect(place.socket);
  const pipe = await shell.pipe(['sh', '-c', THROUGH_TTY, 'sh', place.tty]);
  return answeredChannel(pipe, (exit) =>
    exit === EXIT_TAKEN
      ? new AppError('CONFLICT', `Another program on ${shell.name} has the console of the VM open`, {
          remedy: note('Close it there (virsh console, virt-manager): a console takes one reader at a time.'),
        })
      : new AppError('HOST_UNREACHABLE', `The console of the VM on ${shell.name} can't be opened at ${place.tty}`),
  );
}

/** Connects to a VNC server. */
export async function connectVnc(shell: Shell, place: VncPlace): Promise<Duplex> {
  if ('socket' in place) return shell.connect(place.socket);
  const { address, port } = place;
  const pipe = await shell.pipe(['sh', '-c', THROUGH_TCP, 'sh', address, String(port)]);
  return answeredChannel(pipe, (exit) =>
    exit === 127
      ? new AppError('NOT_SUPPORTED', `${shell.name} has no tool to connect to ${address} port ${port}`, {
          remedy: note('Install python3 there, or let the VNC server listen on a socket.'),
        })
      : new AppError('HOST_UNREACHABLE', `Nothing answers at ${address} port ${port} on ${shell.name}`),
  );
}
