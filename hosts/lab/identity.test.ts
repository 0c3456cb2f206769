import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, lives, readIdentity, startTimeOf, writeIdentity, type LabIdentity } from './identity';
import { Lab } from './life';
import { labPaths } from './paths';

const ID = '11111111-2222-4333-8444-555555555555';
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-identity-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mine = (): LabIdentity => {
  const identity = identify(process.pid, false);
  if (!identity) throw new Error('this process has no identity');
  return identity;
};

describe("a lab's identity", () => {
  it('reads the start time behind a name with spaces and parentheses', () => {
    const before = Array.from({ length: 18 }, (_, index) => index).join(' ');
    expect(startTimeOf(`42 (a) b (c)) S ${before} 4711 rest`)).toBe('4711');
  });

  it('matches the process that it was taken from', () => {
    expect(lives(mine())).toBe(true);
  });

  it.each([
    ['another boot', { bootId: '00000000-0000-4000-8000-000000000000' }],
    ['a pid used again: another start time', { startTime: '1' }],
    ['another pid namespace', { pidNamespace: 'pid:[1]' }],
    ['a pid that nobody has', { pid: 2 ** 22 - 1 }],
  ])('does not match after %s', (_, change) => {
    expect(lives({ ...mine(), ...change })).toBe(false);
  });

  it('is read back as written, and leaves nothing else behind', async () => {
    const file = join(folder, 'identity.json');
    await writeIdentity(file, mine());
    expect(readIdentity(file)).toEqual(mine());
    expect(readdirSync(folder)).toEqual(['identity.json']);
  });

  it.each(['', '{', '[]', '{"pid": -1}', '{"pid": "1; reboot"}'])('is unknown for the damaged file %j', (text) => {
    const file = join(folder, 'identity.json');
    writeFileSync(file, text);
    expect(readIdentity(file)).toBeNull();
  });
});

describe('a stopped lab', () => {
  it('is not found by the identity of a finished process, even if another has its pid now', async () => {
    const lab = new Lab(folder, ID);
    mkdirSync(lab.paths.root, { recursive: true });
    await writeIdentity(lab.paths.identity, { ...mine(), startTime: '1' });
    expect(lab.find()).toBeNull();
    expect(() => lab.enter()).toThrow(expect.objectContaining({ code: 'HOST_UNREACHABLE' }));
    await lab.stop(new AbortController().signal);
    expect(lives(mine())).toBe(true);
  });

  it('is entered by an identity that still matches', async () => {
    const lab = new Lab(folder, ID);
    mkdirSync(lab.paths.root, { recursive: true });
    await writeIdentity(lab.paths.identity, mine());
    expect(lab.enter()).toEqual({ pid: process.pid, rootless: false });
  });
});

describe('the folder of a lab', () => {
  it.each(['../../etc', '', 'x', `${ID}/..`, 'AAAAAAAA-2222-4333-8444-555555555555', `${ID}\n`])(
    'is refused for the id %j',
    (id) => {
      expect(() => labPaths(folder, id)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    },
  );

  it.each(['/run/user/1000/atoll', '/var/lib/libvirt/x', '/var/log', '/sys/../run/x'])(
    'is refused in the home %s, which is hidden inside a lab',
    (home) => {
      expect(() => labPaths(home, ID)).toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED' }));
    },
  );

  it('can be in a folder whose name only starts the same', () => {
    expect(labPaths('/runway', ID).root).toBe(`/runway/labs/${ID}`);
  });
});
