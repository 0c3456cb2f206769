import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { AppError, FORWARD_ADDRESS, type Protocol, note } from '../contract';

/**
 * A loopback port that is currently unused: `port`, or any that the kernel chooses if that is 0. It is released immediately, so
 * another program can still take it.
 * @throws AppError CONFLICT if another program uses it, FORBIDDEN if this user may not listen on it
 */
export async function freePort(protocol: Protocol, port: number): Promise<number> {
  try {
    return await (protocol === 'tcp' ? freeTcp(port) : freeUdp(port));
  } catch (cause) {
    throw refusal(`${protocol} ${FORWARD_ADDRESS}:${port}`, cause);
  }
}

function freeTcp(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, FORWARD_ADDRESS, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function freeUdp(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(wanted, FORWARD_ADDRESS, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** bind(2) and ip(7): ports below net.ipv4.ip_unprivileged_port_start are reserved for root. */
function refusal(port: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  const about = { rule: 'S12', field: 'hostPort', cause };
  if (code === 'EADDRINUSE')
    return new AppError('CONFLICT', `Another program of this computer uses ${port}`, {
      ...about,
      remedy: note('Choose another port, or 0 for any free one.'),
    });
  if (code === 'EACCES')
    return new AppError('FORBIDDEN', `This user may not listen on ${port}`, {
      ...about,
      remedy: note('Ports below 1024 are for root. Choose a higher one, or 0 for any free one.'),
    });
  return cause;
}
