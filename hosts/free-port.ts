import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { FORWARD_ADDRESS, type Protocol } from '../contract';

/** A port of the loopback that nobody listens on at this instant: the kernel chooses it, and it is let go at once. */
export function freePort(protocol: Protocol): Promise<number> {
  return protocol === 'tcp' ? freeTcp() : freeUdp();
}

function freeTcp(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, FORWARD_ADDRESS, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function freeUdp(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, FORWARD_ADDRESS, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
