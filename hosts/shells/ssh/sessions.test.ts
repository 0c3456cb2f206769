import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Client, type Connection, Server, type ServerChannel, type Session } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { Sessions } from './sessions';

const TIMES = { openMs: 300, closeMs: 300 };
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

const ends: Array<() => void> = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Odd {
  onSession(accept: () => Session, connection: Connection): void;
  /** Never answers a request to forward a socket. */
  readonly isMuteOnSockets?: boolean;
}

/** A client of a server with configurable misbehavior. */
async function sessionsOf({
  onSession,
  isMuteOnSockets = false,
}: Odd): Promise<{ sessions: Sessions; faults: string[] }> {
  const server = new Server({ hostKeys: [privateKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => context.accept());
    connection.on('session', (accept) => onSession(accept, connection));
    if (isMuteOnSockets) connection.on('openssh.streamlocal', () => undefined);
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  const client = new Client();
  ends.push(() => (client.destroy(), server.close()));
  const { port } = server.address() as AddressInfo;
  client.on('error', () => undefined);
  await new Promise((ready) =>
    client.once('ready', () => ready(null)).connect({ host: '127.0.0.1', port, username: 'x' }),
  );
  const faults: string[] = [];
  const lose = (error: Error): void => {
    faults.push(error.message);
    client.destroy();
  };
  return { sessions: new Sessions(client, 'odd', () => Promise.reject(new Error('no more')), lose, TIMES), faults };
}

const running = (then: (channel: ServerChannel) => void) => (accept: () => Session) =>
  void accept().on('exec', (start) => then(start()));

/** Never closes a channel: not part of ssh2's types, because no normal server does that. */
const neverCloses = (connection: Connection): void => {
  (connection as unknown as { _protocol: { channelClose(): void } })._protocol.channelClose = () => undefined;
};

describe('a host that never closes a session', () => {
  it('loses its connection, and the closer of the session continues', async () => {
    const { sessions, faults } = await sessionsOf({
      onSession: (accept, connection) => (neverCloses(connection), running(() => undefined)(accept)),
    });
    const channel = await sessions.exec('true');
    channel.close();
    expect(await channel.ended).toBe(null);
    expect(faults).toEqual(['odd does not close a session that has ended; the connection was closed']);
  });

  it('also loses it if the command has ended and its output was read', async () => {
    const { sessions, faults } = await sessionsOf({
      onSession: (accept, connection) => {
        neverCloses(connection);
        running((channel) => (channel.exit(7), channel.end('out')))(accept);
      },
    });
    const channel = await sessions.exec('true');
    channel.stdout.resume();
    expect(await channel.ended).toBe(7);
    expect(faults).toHaveLength(1);
  });

  it('is listened to once, however often the session is closed', async () => {
    const { sessions } = await sessionsOf({
      onSession: (accept, connection) => (neverCloses(connection), running(() => undefined)(accept)),
    });
    const channel = await sessions.exec('true');
    for (let time = 0; time < 12; time += 1) channel.close();
    expect(channel.stdout.listenerCount('data')).toBe(1);
    await channel.ended;
  });

  it('does not block the caller that waits for the next session', async () => {
    const { sessions } = await sessionsOf({
      onSession: (accept, connection) => (neverCloses(connection), running(() => undefined)(accept)),
    });
    const open = await Promise.all(Array.from({ length: 10 }, () => sessions.exec('true')));
    const waiting = sessions.exec('true');
    open[0]?.close();
    await expect(waiting).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  });
});

describe('a host that does not answer', () => {
  it('a request for a session loses its connection', async () => {
    const { sessions, faults } = await sessionsOf({ onSession: () => undefined });
    await expect(sessions.exec('true')).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    expect(faults).toEqual(['odd opens no session within 0.3 s; the connection was closed']);
  });

  it('a request for a command loses its connection', async () => {
    const { sessions, faults } = await sessionsOf({ onSession: (accept) => void accept().on('exec', () => undefined) });
    await expect(sessions.exec('true')).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    expect(faults).toHaveLength(1);
  });

  it('a request for a socket loses its connection', async () => {
    const { sessions, faults } = await sessionsOf({ onSession: () => undefined, isMuteOnSockets: true });
    await expect(sessions.socket('/run/x')).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    expect(faults).toHaveLength(1);
  });
});

describe('a slow host', () => {
  it('keeps its connection while a command runs, and after it is closed', async () => {
    const { sessions, faults } = await sessionsOf({
      onSession: running((channel) => setTimeout(() => (channel.exit(0), channel.end('late')), 900)),
    });
    const channel = await sessions.exec('true');
    channel.stdout.resume();
    expect(await channel.ended).toBe(0);
    channel.close();
    await new Promise((later) => setTimeout(later, 500));
    expect(faults).toEqual([]);
  });

  it('keeps it while a background process of a command keeps writing', async () => {
    const { sessions, faults } = await sessionsOf({
      onSession: running((channel) => (channel.exit(0), setTimeout(() => channel.end('late'), 900))),
    });
    const channel = await sessions.exec('true');
    let said = '';
    channel.stdout.on('data', (bytes) => (said += String(bytes)));
    expect(await channel.ended).toBe(0);
    expect([said, faults]).toEqual(['late', []]);
  });
});
