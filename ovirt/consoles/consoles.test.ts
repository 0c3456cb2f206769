import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import type { OvirtClient } from '../client';
import { Bytes } from './bytes';
import { Consoles } from './consoles';
import { respond } from './rfb';

describe('a console for viewers outside', () => {
  let t: TestEngine;
  let consoles: Consoles;
  let vm: string;
  let now = Date.now();
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(1);
    const added = await t.client.vms.add({ name: 'web', boot: { kind: 'devices' } });
    vm = added.vm.id;
    await t.done(t.client.vms.start({ vm }));
    consoles = new Consoles(
      () => t.client as unknown as OvirtClient,
      () => undefined,
      () => now,
    );
  });
  afterEach(async () => {
    await consoles.close();
    await t.close();
  });

  const viewer = async (): Promise<{ socket: Socket; bytes: Bytes }> => {
    const bytes = new Bytes();
    const socket = connect(consoles.at(vm)?.port ?? 0, '127.0.0.1');
    socket.on('data', (data) => bytes.push(data));
    socket.on('close', () => bytes.end());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return { socket, bytes };
  };
  /** Gives a password as remote-viewer does, and returns the server's result. */
  const give = async ({ socket, bytes }: { socket: Socket; bytes: Bytes }, password: string): Promise<number> => {
    expect((await bytes.take(12)).toString()).toBe('RFB 003.008\n');
    socket.write('RFB 003.008\n');
    expect([...(await bytes.take(2))]).toEqual([1, 2]);
    socket.write(Buffer.from([2]));
    socket.write(respond(await bytes.take(16), password));
    return (await bytes.take(4)).readUInt32BE();
  };

  it('shows the screen to whoever knows the password', async () => {
    const { value } = await consoles.open(vm, {});
    expect(value).toMatch(/^\w{8}$/);
    const { socket, bytes } = await viewer();
    expect(await give({ socket, bytes }, value)).toBe(0);
    socket.write(Buffer.from([1]));
    // ServerInit (RFC 6143, 7.3.2): size, format, name.
    const init = await bytes.take(24);
    expect(init.readUInt16BE(0)).toBeGreaterThan(100);
    expect((await bytes.take(init.readUInt32BE(20))).toString()).toContain('web');
    // A whole picture of it.
    socket.write(Buffer.from([3, 0, 0, 0, 0, 0, ...init.subarray(0, 4)]));
    await bytes.take(100_000);
    socket.destroy();
  });

  it('is one of the VM: a viewer is cut off with it', async () => {
    const { value } = await consoles.open(vm, {});
    const one = await viewer();
    expect(await give(one, value)).toBe(0);
    one.socket.write(Buffer.from([1]));
    await one.bytes.take(24);
    const closed = once(one.socket, 'close');
    await t.done(t.client.vms.stop({ vm }));
    await closed;
  });

  it('refuses a wrong password, and after five of them the ticket', async () => {
    const { value } = await consoles.open(vm, { value: 'secret12' });
    for (let n = 0; n < 5; n += 1) expect(await give(await viewer(), 'secret13')).toBe(1);
    await expect.poll(() => consoles.at(vm)).toBeNull();
    await consoles.open(vm, { value });
    expect(await give(await viewer(), value)).toBe(0);
  });

  it('is closed after its time, and has another password with each ticket', async () => {
    await consoles.open(vm, { value: 'secret12', seconds: 60 });
    const early = await viewer();
    await consoles.open(vm, { value: 'another1', seconds: 60 });
    expect(await give(await viewer(), 'secret12')).toBe(1);
    now += 61_000;
    const late = await viewer();
    await give(late, 'another1');
    expect(await late.bytes.any()).toBeNull();
    early.socket.destroy();
  });

  it('answers a response as VNC does: DES with mirrored bytes of the key', () => {
    // Computed with OpenSSL's DES-ECB and the key of "password" mirrored: 0e86ceceeef64e26.
    const challenge = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
    expect(respond(challenge, 'password').toString('hex')).toBe(
      respond(challenge, 'password-and-more').toString('hex'),
    );
    expect(respond(challenge, 'password').toString('hex')).toBe('b866924125c8eebb9debc1db61c538e2');
  });
});
