import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import type { Vm } from '../../contract';
import type { OvirtClient } from '../client';
import { Fault, OPERATION_FAILED } from '../wire/fault';
import { Bytes } from './bytes';
import { askPassword, greet } from './rfb';

const HOST = '127.0.0.1';
/** As long as oVirt's own. */
const USUAL_SECONDS = 120;
const LONGEST_SECONDS = 3_600;
/** As much as VNC looks at; without letters that look alike. */
const PASSWORD_LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const PASSWORD_LENGTH = 8;
/** Wrong passwords after which a ticket is void: eight letters must not be tried out. */
const MOST_WRONG = 5;
const MOST_CONSOLES = 64;
const MOST_VIEWERS = 8;
const GREETING_MS = 10_000;
/** A request of the contract takes 64 KiB. */
const PIECE_BYTES = 48 * 1024;

export interface Ticket {
  readonly value: string;
  readonly seconds: number;
}

interface Console {
  readonly server: Server;
  readonly port: number;
  readonly viewers: Set<Socket>;
  value: string;
  until: number;
  wrong: number;
  timer: NodeJS.Timeout;
}

/**
 * Screens of VMs for viewers outside: a VNC port on 127.0.0.1 for each VM that has a valid ticket. The password is asked here;
 * behind it is the same private connection that the app's own screens have.
 */
export class Consoles {
  readonly #open = new Map<string, Console>();
  readonly #opening = new Map<string, Promise<Console>>();
  #closed = false;

  constructor(
    private readonly client: () => OvirtClient,
    private readonly warn: (fields: Record<string, unknown>, message: string) => void = () => undefined,
    private readonly now: () => number = Date.now,
  ) {}

  /** Where the screen of a VM is open; null: nowhere. */
  at(vm: string): { readonly host: string; readonly port: number } | null {
    const console = this.#open.get(vm);
    return console === undefined ? null : { host: HOST, port: console.port };
  }

  /** Opens the screen of a VM for a password, which replaces the one before. */
  async open(
    vm: string,
    asked: { readonly value?: string | undefined; readonly seconds?: number | undefined },
  ): Promise<Ticket> {
    const seconds = Math.min(LONGEST_SECONDS, Math.max(1, asked.seconds ?? USUAL_SECONDS));
    const value = asked.value ?? newPassword();
    const console = this.#open.get(vm) ?? (await this.#listen(vm));
    console.value = value;
    console.wrong = 0;
    console.until = this.now() + seconds * 1000;
    clearTimeout(console.timer);
    console.timer = setTimeout(() => this.#expire(vm), seconds * 1000).unref();
    return { value, seconds };
  }

  /** A file for remote-viewer of a screen that was just opened. */
  file(vm: Pick<Vm, 'id' | 'name'>): string {
    const console = this.#open.get(vm.id);
    return [
      '[virt-viewer]',
      'type=vnc',
      `host=${HOST}`,
      `port=${console?.port ?? 0}`,
      `password=${console?.value ?? ''}`,
      'delete-this-file=1',
      'toggle-fullscreen=shift+f11',
      'release-cursor=shift+f12',
      'secure-attention=ctrl+alt+end',
      // A title has no line breaks: a name has none.
      `title=${vm.name}:%d`,
      '',
    ].join('\n');
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const [vm, console] of this.#open) {
      for (const viewer of console.viewers) viewer.destroy();
      this.#expire(vm);
    }
    await Promise.allSettled(this.#opening.values());
  }

  #listen(vm: string): Promise<Console> {
    const known = this.#opening.get(vm);
    if (known !== undefined) return known;
    const opening = this.#bind(vm).finally(() => this.#opening.delete(vm));
    this.#opening.set(vm, opening);
    return opening;
  }

  async #bind(vm: string): Promise<Console> {
    if (this.#closed || this.#open.size + this.#opening.size >= MOST_CONSOLES)
      throw new Fault(
        409,
        OPERATION_FAILED,
        `[${MOST_CONSOLES} consoles are open: wait until the ticket of one expires.]`,
      );
    const server = createServer({ noDelay: true });
    server.maxConnections = MOST_VIEWERS;
    server.listen(0, HOST);
    await once(server, 'listening');
    const console: Console = {
      server,
      port: (server.address() as AddressInfo).port,
      viewers: new Set(),
      ...{ value: '', until: 0, wrong: 0 },
      timer: setTimeout(() => undefined, 0),
    };
    server.on('connection', (socket) => this.#serve(vm, console, socket));
    this.#open.set(vm, console);
    return console;
  }

  /** Lets nobody else in; open viewers stay connected. */
  #expire(vm: string): void {
    const console = this.#open.get(vm);
    if (console === undefined) return;
    this.#open.delete(vm);
    clearTimeout(console.timer);
    console.server.close();
  }

  #serve(vm: string, console: Console, socket: Socket): void {
    const bytes = new Bytes();
    console.viewers.add(socket);
    const deadline = setTimeout(() => socket.destroy(), GREETING_MS).unref();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(deadline);
      console.viewers.delete(socket);
      bytes.end();
    });
    socket.on('end', () => bytes.end());
    socket.on('data', (data) => {
      bytes.push(data);
      if (bytes.held > PIECE_BYTES) socket.pause();
    });
    this.#relay(vm, console, socket, bytes, () => clearTimeout(deadline)).catch((error: unknown) => {
      this.warn({ vm, error: String(error) }, 'a viewer of a console failed');
      socket.destroy();
    });
  }

  async #relay(vm: string, console: Console, socket: Socket, bytes: Bytes, greeted: () => void): Promise<void> {
    if (!(await askPassword(bytes, (sent) => socket.write(sent), console.value))) {
      console.wrong += 1;
      if (console.wrong >= MOST_WRONG) this.#expire(vm);
      return void socket.end();
    }
    if (this.now() >= console.until) return void socket.end();
    greeted();
    const client = this.client();
    const ended = new AbortController();
    socket.on('close', () => ended.abort());
    const screen = await client.vms.screen({ vm }, { signal: ended.signal });
    const first = await screen.next();
    if (first.done) return void socket.end();
    const id = first.value.screen;
    const write = async (sent: Uint8Array): Promise<void> => {
      for (let at = 0; at < sent.length; at += PIECE_BYTES)
        await client.vms.screenWrite({
          screen: id,
          data: Buffer.from(sent.subarray(at, at + PIECE_BYTES)).toString('base64'),
        });
    };
    const upstream = new Bytes();
    upstream.push(Buffer.from(first.value.data, 'base64'));
    const pump = (async () => {
      for await (const { data } of screen) {
        upstream.push(Buffer.from(data, 'base64'));
        await upstream.room(PIECE_BYTES);
      }
    })()
      .catch(() => undefined)
      .finally(() => upstream.end());
    await greet(upstream, write);
    const toViewer = async (): Promise<void> => {
      for (let sent = await upstream.any(); sent !== null; sent = await upstream.any())
        if (!socket.write(sent)) await once(socket, 'drain', { signal: ended.signal });
      socket.end();
    };
    const toScreen = async (): Promise<void> => {
      for (let sent = await bytes.any(); sent !== null; sent = await bytes.any()) {
        socket.resume();
        await write(sent);
      }
    };
    await Promise.race([toViewer(), toScreen()]).catch(() => undefined);
    socket.end();
    upstream.end();
    ended.abort();
    await pump;
  }
}

const newPassword = (): string =>
  Array.from({ length: PASSWORD_LENGTH }, () => PASSWORD_LETTERS[randomInt(PASSWORD_LETTERS.length)]).join('');
