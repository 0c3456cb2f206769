import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { type Server, type Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AtollClient } from '../../app/client';
import type { Run } from '../spec';

/** Base64 of this many bytes fits into one `vms.screenWrite`. */
const PIECE = 48 * 1024;

/** Offers a VM's screen to VNC viewers of this user, on a unix socket in a folder that only this user can enter; no port is opened. */
export const vmScreen: Run = async ({ input, out, engine }) => {
  const { client, closed, close } = await engine();
  const { id: vm, name } = await client.vms.show({ vm: input.arg('VM') });
  // Opened once and closed, so that a VM without a screen is refused now and not when a viewer connects.
  await (await client.vms.screen({ vm })).return?.();
  const folder = await mkdtemp(join(tmpdir(), 'atoll-screen-'));
  await chmod(folder, 0o700);
  const viewers = new Set<Socket>();
  const server = createServer((viewer) => {
    viewers.add(viewer);
    viewer.on('close', () => viewers.delete(viewer));
    show(client, vm, viewer).catch((error: unknown) => {
      viewer.destroy();
      out.note(error instanceof Error ? error.message : String(error));
    });
  });
  try {
    const socket = join(folder, 'vnc.sock');
    await listening(server, socket);
    out.next({ socket }, () => {
      out.line(`The screen of ${name} is at ${socket}`);
      out.line(`Look with, for example: vncviewer ${socket}`);
      out.line('Ctrl-C ends it; the VM keeps running.');
    });
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP'), closed]);
  } finally {
    server.close();
    for (const viewer of viewers) viewer.destroy();
    close();
    await rm(folder, { recursive: true, force: true });
  }
};

async function listening(server: Server, socket: string): Promise<void> {
  server.listen(socket);
  await once(server, 'listening');
}

/** Forwards one viewer's bytes in both directions with backpressure, until either side ends. */
async function show(client: AtollClient, vm: string, viewer: Socket): Promise<void> {
  const stop = new AbortController();
  viewer.on('error', () => viewer.destroy());
  viewer.on('close', () => stop.abort());
  const stream = await client.vms.screen({ vm }, { signal: stop.signal });
  let asking: Promise<void> | undefined;
  try {
    for await (const { screen, data } of stream) {
      asking ??= ask(client, screen, viewer);
      if (!viewer.write(Buffer.from(data, 'base64')) && !viewer.destroyed)
        await Promise.race([once(viewer, 'drain'), once(viewer, 'close')]);
    }
    viewer.end();
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  await asking;
}

async function ask(client: AtollClient, screen: string, viewer: Socket): Promise<void> {
  try {
    for await (const bytes of viewer as AsyncIterable<Buffer>)
      for (let from = 0; from < bytes.length; from += PIECE)
        await client.vms.screenWrite({ screen, data: bytes.subarray(from, from + PIECE).toString('base64') });
  } catch {
    // The viewer left in the middle of a message, or the screen has ended: then the stream reports it.
    viewer.destroy();
  }
}
