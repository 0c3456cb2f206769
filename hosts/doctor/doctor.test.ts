import { describe, expect, it } from 'vitest';
import type { Shell } from '../shell';
import { freeRange, rangeOf } from './namespaces';
import { install } from './packages';
import { toolChecks } from './tools';

describe('the range of subordinate ids', () => {
  const file = 'alice:100000:65536\n1001:165536:65536\nbob:231072:1000\nbob:300000:64536\n';
  it.each([
    ['alice', 1000, 65_536],
    ['carol', 1001, 65_536],
    ['bob', 1002, 65_536],
    ['dave', 1003, 0],
  ])('of %s is found by name, by number, and over several lines', (name, uid, count) => {
    expect(rangeOf(file, name, uid)).toBe(count);
  });
});

describe('an unused range of ids', () => {
  it.each([
    ['', '100000-165535'],
    ['alice:100000:65536\nbob:231072:1000\n', '232072-297607'],
    ['# broken\nalice:x:y\n', '100000-165535'],
  ])('after %j', (text, range) => {
    expect(freeRange(text)).toBe(range);
  });
});

describe('a remedy', () => {
  it('is a command on Debian and Ubuntu, and text elsewhere', () => {
    expect(install(['uidmap'], true)).toMatchObject({
      root: true,
      command: ['apt-get', 'install', '--yes', '--no-install-recommends', 'uidmap'],
    });
    expect(install(['uidmap'], false)).toEqual({
      words: expect.stringContaining('uidmap') as string,
      command: null,
      root: true,
    });
  });
});

describe('a computer without any tool', () => {
  it('gets a list of findings, each with its consequence and its remedy', async () => {
    const bare = { script: () => Promise.resolve({ exit: 127, stdout: '', stderr: 'not found' }) } as unknown as Shell;
    const checks = await toolChecks(bare);
    expect(checks.map(({ state }) => state)).not.toContain('ok');
    expect(checks.find(({ id }) => id === 'libvirtd')).toMatchObject({ state: 'missing', found: 'libvirtd not found' });
    expect(checks.find(({ id }) => id === 'slirp4netns')).toMatchObject({ state: 'warning' });
    for (const check of checks)
      expect(check).toMatchObject({
        matters: expect.stringMatching(/\w/) as string,
        remedy: expect.anything() as object,
      });
  });
});
