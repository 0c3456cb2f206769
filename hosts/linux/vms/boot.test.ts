import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LocalShell } from '../../shells/local';
import { type BootContext, mediumOnHost, tinyCommandLine } from './boot-files';
import { overlap } from './console';

const MAC = '56:6f:00:00:00:01';

describe('the command line of a tiny guest', () => {
  it('has its console, its host name, and an address for each NIC', () => {
    const addresses = [
      { mac: MAC, address: '10.0.0.1/24' },
      { mac: '56:6f:00:00:00:02', address: 'fd00::1/64' },
    ];
    expect(tinyCommandLine({ name: 'Web 1' }, { kind: 'tiny', addresses })).toBe(
      `console=ttyS0 quiet no_timer_check atoll.name=web-1 atoll.nic=${MAC},10.0.0.1/24 atoll.nic=56:6f:00:00:00:02,fd00::1/64`,
    );
  });

  it('has a default gateway if one is given, and only an address otherwise', () => {
    const addresses = [{ mac: MAC, address: '10.0.2.100/24', gateway: '10.0.2.2' }];
    expect(tinyCommandLine({ name: 'a' }, { kind: 'tiny', addresses })).toContain(
      `atoll.nic=${MAC},10.0.2.100/24,10.0.2.2`,
    );
    const bad = [{ mac: MAC, address: '10.0.2.100/24', gateway: '10.0.2.2 init=/bin/sh' }];
    expect(() => tinyCommandLine({ name: 'a' }, { kind: 'tiny', addresses: bad })).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });

  it.each(['10.0.0.1/24 init=/bin/sh', '10.0.0.1', '$(id)/24'])('rejects %j as an address', (address) => {
    expect(() => tinyCommandLine({ name: 'a' }, { kind: 'tiny', addresses: [{ mac: MAC, address }] })).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });

  it('takes no other word from a name', () => {
    expect(tinyCommandLine({ name: 'a init=/bin/sh' }, { kind: 'tiny', addresses: [] })).toBe(
      'console=ttyS0 quiet no_timer_check atoll.name=a-init-bin-sh',
    );
  });
});

describe('a CD image on a host', () => {
  it('must be a file with something in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-cd-'));
    const server = createServer().listen(join(folder, 'socket'));
    onTestFinished(() => {
      server.close();
      rmSync(folder, { recursive: true });
    });
    await once(server, 'listening');
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'good'), 'x');
    const context: BootContext = {
      ...{ shell: new LocalShell(), diskDir: folder, copyToHost: null },
      tinyGuest: () => Promise.reject(new Error('not asked')),
      baseImage: () => Promise.reject(new Error('not asked')),
    };
    const medium = (name: string) => mediumOnHost(context, join(folder, name), new AbortController().signal);
    expect(await medium('good')).toBe(join(folder, 'good'));
    for (const [name, words] of [
      ['empty', 'is empty'],
      ['none', 'does not exist'],
      ['socket', 'does not exist, or'],
      ['.', 'does not exist, or'],
    ] as const)
      await expect(medium(name)).rejects.toMatchObject({
        ...{ code: 'BAD_INPUT', field: 'cdroms', message: expect.stringContaining(words) as string },
      });
  });
});

describe('the replay of a console', () => {
  it.each([
    ['abc', '', 0],
    ['abc', 'cde', 1],
    ['abc', 'abc', 3],
    ['', 'abc', 0],
    ['xaba', 'abab', 3],
    ['abc', 'xyz', 0],
  ])('of %j and the live %j overlaps by %i', (log, live, length) => {
    expect(overlap(Buffer.from(log), Buffer.from(live))).toBe(length);
  });

  it('is found in a single pass, whatever a guest printed', () => {
    const same = Buffer.alloc(256 * 1024, 'a');
    const nearly = Buffer.concat([same.subarray(1), Buffer.from('b')]);
    const began = process.cpuUsage().user;
    expect(overlap(same, nearly)).toBe(256 * 1024 - 1);
    expect(overlap(nearly, same)).toBe(0);
    expect(overlap(same, same)).toBe(256 * 1024);
    expect((process.cpuUsage().user - began) / 1000).toBeLessThan(1000);
  });
});
