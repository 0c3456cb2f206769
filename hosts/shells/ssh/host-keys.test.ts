import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SshHow, keyPlaceText } from '../../../contract';
import { type HostKey, KnownHosts, hostKey } from './host-keys';
import { keyState } from './next-host-key';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-keys-'));
  file = join(folder, 'known_hosts');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (host: string, port: number) => ({ host, port });

/** A key's blob: its type, and bytes of its own. */
function key(n: number, type = 'ssh-ed25519'): HostKey {
  const name = Buffer.from(type);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return hostKey(Buffer.concat([length, name, Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, n)]));
}

describe('known host keys', () => {
  it('are known once they are trusted, by host and port, and another key counts as changed', async () => {
    const known = new KnownHosts(file);
    expect(known.verdict(at('h', 22), key(1))).toBe('unknown');
    await Promise.all([known.learn(at('h', 22), key(1)), known.learn(at('h', 2222), key(2))]);
    expect(known.verdict(at('H', 22), key(1))).toBe('known');
    expect(known.verdict(at('h', 22), key(2))).toBe('changed');
    expect(known.verdict(at('h', 2222), key(2))).toBe('known');
    expect(known.verdict(at('hh', 22), key(1))).toBe('unknown');
    expect(known.types(at('h', 22))).toEqual(['ssh-ed25519']);
  });

  it('are replaced by the newly trusted one, without changing the lines of others', async () => {
    writeFileSync(file, '# mine\nother ssh-rsa AAAA\n');
    const known = new KnownHosts(file);
    await known.replace(at('h', 22), key(1));
    await known.replace(at('h', 22), key(2));
    expect(known.verdict(at('h', 22), key(1))).toBe('changed');
    expect(readFileSync(file, 'utf8')).toBe(`# mine\nother ssh-rsa AAAA\nh ssh-ed25519 ${key(2).base64}\n`);
  });

  it("are read in OpenSSH's formats: hashed, with patterns, revoked", () => {
    writeFileSync(file, `h ssh-ed25519 ${key(1).base64}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    expect(readFileSync(file, 'utf8')).toMatch(/^\|1\|/);
    const known = new KnownHosts(file);
    expect(known.verdict(at('h', 22), key(1))).toBe('known');
    expect(known.verdict(at('g', 22), key(1))).toBe('unknown');
    writeFileSync(file, `*.lab,!bad.lab ssh-ed25519 ${key(1).base64}\n@revoked * ssh-ed25519 ${key(9).base64}\n`);
    expect(known.verdict(at('a.lab', 22), key(1))).toBe('known');
    expect(known.verdict(at('bad.lab', 22), key(1))).toBe('unknown');
    expect(known.verdict(at('new', 22), key(9))).toBe('revoked');
  });

  it("keep other hosts' and revoked keys when one gets a new key", async () => {
    const lines = [
      `@revoked * ssh-ed25519 ${key(9).base64}`,
      `h,g,10.0.0.1 ssh-ed25519 ${key(1).base64}`,
      `*.lab ssh-ed25519 ${key(3).base64}`,
      `@cert-authority *.lab ssh-ed25519 ${key(4).base64}`,
    ];
    writeFileSync(file, lines.join('\n'));
    const known = new KnownHosts(file);
    await known.replace(at('h', 22), key(2));
    await known.replace(at('a.lab', 22), key(5));
    expect(known.verdict(at('h', 22), key(1))).toBe('changed');
    expect(known.verdict(at('h', 22), key(2))).toBe('known');
    expect(known.verdict(at('g', 22), key(1))).toBe('known');
    expect(known.verdict(at('a.lab', 22), key(3))).toBe('changed');
    expect(known.verdict(at('b.lab', 22), key(3))).toBe('known');
    expect(known.verdict(at('h', 22), key(9))).toBe('revoked');
    expect(readFileSync(file, 'utf8')).toContain(lines[3]);
    // OpenSSH reads it the same way.
    const found = (name: string): string => execFileSync('ssh-keygen', ['-F', name, '-f', file]).toString();
    expect(found('g')).toContain(key(1).base64);
    expect(found('h')).not.toContain(key(1).base64);
  });

  it('are not replaced by an unconfirmed key, and never by a revoked one', async () => {
    const known = new KnownHosts(file);
    await known.learn(at('h', 22), key(1));
    await expect(known.learn(at('h', 22), key(2))).rejects.toMatchObject({ code: 'FORBIDDEN', field: 'fingerprint' });
    expect(known.verdict(at('h', 22), key(1))).toBe('known');
    writeFileSync(file, `@revoked h ssh-ed25519 ${key(9).base64}\n`);
    await expect(known.replace(at('h', 22), key(9))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(known.fingerprints(at('h', 22))).toEqual([]);
  });

  it('come from valid lines only: no authority, no unknown marker, and no other encoding of a revoked key', () => {
    const loose = key(9).base64.replace(/=+$/, '');
    const lines = [
      `@cert-authority * ssh-ed25519 ${key(4).base64}`,
      `@trusted h ssh-ed25519 ${key(5).base64}`,
      `h ssh-rsa ${key(6, 'ssh-rsa').base64}`,
      `@revoked h ssh-ed25519 ${loose}`,
    ];
    writeFileSync(file, lines.join('\n'));
    const known = new KnownHosts(file);
    expect(known.verdict(at('x', 22), key(4))).toBe('unknown');
    expect(known.verdict(at('h', 22), key(5))).toBe('changed');
    expect(known.verdict(at('h', 22), key(9))).toBe('revoked');
    // A key of another type than the known one is no reason to ask: the known one can be requested.
    expect(known.verdict(at('h', 22), key(1))).toBe('changed');
    expect(known.verdict(at('h', 2222), key(6, 'ssh-rsa'))).toBe('unknown');
  });

  it('can be written again after a failed write', async () => {
    const known = new KnownHosts(join(folder, 'later', 'known_hosts'));
    await expect(known.replace(at('h', 22), key(1))).rejects.toThrow(/ENOENT/);
    mkdirSync(join(folder, 'later'));
    await known.replace(at('h', 22), key(1));
    expect(known.verdict(at('h', 22), key(1))).toBe('known');
  });

  it('have the fingerprint that ssh-keygen shows', () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'k')]);
    const [, base64 = ''] = readFileSync(join(folder, 'k.pub'), 'utf8').split(' ');
    const shown = execFileSync('ssh-keygen', ['-lf', join(folder, 'k.pub')]).toString();
    expect(shown).toContain(hostKey(Buffer.from(base64, 'base64')).fingerprint);
  });
});

describe('the keys on a route', () => {
  it('are known, unknown for a hop, or different from the confirmed ones', async () => {
    const known = new KnownHosts(file);
    await known.learn(at('192.0.2.1', 22), key(1));
    await known.learn(at('192.0.2.9', 2222), key(2));
    const stateOf = (how: object) =>
      keyState({
        how: SshHow.parse({ kind: 'ssh', user: 'root', ...how }),
        known,
        configFile: '/dev/null',
        remember: false,
        secrets: () => Promise.resolve(null),
      });
    const confirmed = (place: { host: string; port: number }, { fingerprint }: HostKey) => ({
      fingerprints: [{ place: keyPlaceText(place), fingerprint }],
    });
    expect(await stateOf({ address: '192.0.2.1' })).toBe('known');
    expect(await stateOf({ address: '192.0.2.1', ...confirmed(at('192.0.2.1', 22), key(1)) })).toBe('known');
    expect(await stateOf({ address: '192.0.2.1', port: 2200 })).toBe('unknown');
    expect(await stateOf({ address: '192.0.2.1', jump: '192.0.2.9:2222' })).toBe('known');
    expect(await stateOf({ address: '192.0.2.1', jump: '192.0.2.8' })).toBe('unknown');
    expect(await stateOf({ address: '192.0.2.1', ...confirmed(at('192.0.2.1', 22), key(3)) })).toBe('changed');
    const jump = { jump: '192.0.2.9:2222', ...confirmed(at('192.0.2.9', 2222), key(3)) };
    expect(await stateOf({ address: '192.0.2.7', ...jump })).toBe('changed');
  });
});
