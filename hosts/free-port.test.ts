import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { FORWARD_ADDRESS, note } from '../contract';
import { freePort } from './free-port';

/** ip(7); an administrator can have changed the default of 1024. */
const firstOfUsers = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
const mayAll = process.getuid?.() === 0 || firstOfUsers <= 1;

describe('a loopback port', () => {
  it.each(['tcp', 'udp'] as const)(
    'is any free port of %s if none is requested, and can be requested by number',
    async (of) => {
      const port = await freePort(of, 0);
      expect(port).toBeGreaterThan(0);
      expect(await freePort(of, port)).toBe(port);
    },
  );

  it('of tcp that another program listens on is refused, also if it listens on all addresses', async () => {
    for (const address of [FORWARD_ADDRESS, '0.0.0.0']) {
      const server = createServer().listen(0, address);
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      await expect(freePort('tcp', port)).rejects.toMatchObject({ code: 'CONFLICT', field: 'hostPort', rule: 'S12' });
      expect(await freePort('udp', port)).toBe(port);
      server.close();
    }
  });

  it('of udp that another program uses is refused', async () => {
    const socket = createSocket('udp4').bind(0, FORWARD_ADDRESS);
    await once(socket, 'listening');
    await expect(freePort('udp', socket.address().port)).rejects.toMatchObject({ code: 'CONFLICT' });
    socket.close();
  });

  it.skipIf(mayAll)(
    'that is reserved for root is refused for other users, with the reason (as an ordinary user)',
    async () => {
      await expect(freePort('tcp', 1)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        field: 'hostPort',
        remedy: note(expect.stringContaining('1024') as string),
      });
    },
  );
});
