import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/**
 * A segment that NICs of Debian hosts are plugged into: each receives what the others send. The test receives every frame from
 * power-on, and can send.
 */
export class Wire {
  readonly heard: Buffer[] = [];
  private readonly plugs = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(server);
    server.on('connection', (socket) => wire.plug(socket));
    await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
    return wire;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Sends to all NICs but the one behind `from`. */
  send(frame: Buffer, from: Socket | null = null): void {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(frame.length);
    for (const socket of this.plugs) if (socket !== from) socket.write(Buffer.concat([length, frame]));
  }

  close(): void {
    for (const socket of this.plugs) socket.destroy();
    this.server.close();
  }

  /** QEMU's `stream` backend puts the length before each frame, in four bytes, highest first. */
  private plug(socket: Socket): void {
    let rest = Buffer.alloc(0);
    this.plugs.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => this.plugs.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const end = 4 + rest.readUInt32BE(0);
        const frame = rest.subarray(4, end);
        this.heard.push(frame);
        this.send(frame, socket);
        rest = rest.subarray(end);
      }
    });
  }
}
