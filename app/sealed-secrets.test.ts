import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MemoryLog } from '../test/support/test-engine';
import { type Home, homeAt } from './home';
import type { Secrets } from '../engine/ports/secrets';
import { memorySecrets } from './memory-secrets';
import { type Sealer, sealedSecrets } from './sealed-secrets';

let home: Home;
let log: MemoryLog;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'atoll-secrets-')));
  log = new MemoryLog();
});
afterEach(() => rmSync(home.path, { recursive: true }));

/** No cipher, but nothing of the text is left in it. */
const keychain = (key = 7): Sealer => ({
  seal: (text) =>
    Promise.resolve(
      Buffer.from(Buffer.from(JSON.stringify([key, text])).map((byte) => byte ^ 0xa5)).toString('base64'),
    ),
  open: (sealed) => {
    const [by, text] = JSON.parse(Buffer.from(Buffer.from(sealed, 'base64').map((byte) => byte ^ 0xa5)).toString()) as [
      number,
      string,
    ];
    return Promise.resolve(by === key ? text : null);
  },
});
const none: Sealer = { seal: () => Promise.resolve(null), open: () => Promise.resolve(null) };
const file = () => join(home.path, 'secrets.json');
const OWNER = 'ops at node1';
const SECRET = { password: 'correct horse', passphrase: 'battery' };

it('survives a restart, sealed and for this user only', async () => {
  await sealedSecrets(home, keychain(), log).put('h1', OWNER, SECRET);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readFileSync(file(), 'utf8')).not.toMatch(/horse|battery|password/);
  expect(await sealedSecrets(home, keychain(), log).get('h1', OWNER)).toEqual(SECRET);
});

it('is asked for again with another keychain, or none', async () => {
  await sealedSecrets(home, keychain(7), log).put('h1', OWNER, SECRET);
  expect(await sealedSecrets(home, keychain(8), log).get('h1', OWNER)).toBeNull();
  expect(await sealedSecrets(home, none, log).get('h1', OWNER)).toBeNull();
});

it('stays in memory where nothing can be sealed', async () => {
  const secrets = sealedSecrets(home, none, log);
  await secrets.put('h1', OWNER, SECRET);
  expect(await secrets.get('h1', OWNER)).toEqual(SECRET);
  expect(existsSync(file())).toBe(false);
});

it('drops the old secret when the new one cannot be sealed', async () => {
  await sealedSecrets(home, keychain(), log).put('h1', OWNER, SECRET);
  await sealedSecrets(home, none, log).put('h1', OWNER, { password: 'new' });
  expect(await sealedSecrets(home, keychain(), log).get('h1', OWNER)).toBeNull();
});

it('forgets one host and keeps the others; nothing is left of the last', async () => {
  const secrets = sealedSecrets(home, keychain(), log);
  await secrets.put('h1', OWNER, SECRET);
  await secrets.put('h2', OWNER, { password: 'other' });
  await secrets.forget('h1');
  expect(await secrets.get('h1', OWNER)).toBeNull();
  expect(await sealedSecrets(home, keychain(), log).get('h2', OWNER)).toEqual({ password: 'other' });
  await secrets.forget('h2');
  expect(existsSync(file())).toBe(false);
});

it('takes a file that someone broke for empty, and says nothing of its content', async () => {
  writeFileSync(file(), '{"version":1,"hosts":{"h1":"correct horse"');
  expect(await sealedSecrets(home, keychain(), log).get('h1', OWNER)).toBeNull();
  expect(log.lines).toHaveLength(1);
  expect(JSON.stringify(log.lines)).not.toContain('horse');
});

it.each<[string, () => Secrets]>([
  ['the keychain', () => sealedSecrets(home, keychain(), log)],
  ['memory', () => memorySecrets()],
])('is given from %s only to the owner and host key that it was given for', async (_where, make) => {
  const secrets = make();
  await secrets.put('h1', OWNER, SECRET);
  expect(await secrets.get('h1', 'ops at elsewhere')).toBeNull();
  expect(await secrets.get('h1', 'ops at elsewhere', 'SHA256:first')).toBeNull();
  expect(await secrets.get('h1', OWNER, 'SHA256:first')).toEqual(SECRET);
  expect(await secrets.get('h1', OWNER, 'SHA256:other')).toBeNull();
  expect(await secrets.get('h1', OWNER, 'SHA256:first')).toEqual(SECRET);
  expect(await secrets.all('h1')).toEqual(SECRET);
  await secrets.put('h1', OWNER, { password: 'new' });
  expect(await secrets.get('h1', OWNER, 'SHA256:other')).toEqual({ password: 'new' });
});

it('stays with its host key over a restart, and is dropped where an older Atoll did not say whose it was', async () => {
  const secrets = sealedSecrets(home, keychain(), log);
  await secrets.put('h1', OWNER, SECRET);
  await secrets.get('h1', OWNER, 'SHA256:first');
  expect(await sealedSecrets(home, keychain(), log).get('h1', OWNER, 'SHA256:other')).toBeNull();
  expect(await sealedSecrets(home, keychain(), log).get('h1', OWNER, 'SHA256:first')).toEqual(SECRET);
  const old = await keychain().seal(JSON.stringify(SECRET));
  writeFileSync(file(), JSON.stringify({ version: 1, hosts: { h1: old } }));
  expect(await sealedSecrets(home, keychain(), log).get('h1', OWNER)).toBeNull();
});
