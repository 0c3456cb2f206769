import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { canonicalJson } from '../contract';
import { type Home, homeAt } from './home';
import { fingerprintOf, homeSigner, publicKeyOf, whyNotSigned } from './signing-key';

const CONTENT = { b: [1, { y: null, x: 'ä' }], a: 'text' };
let home: Home;
beforeEach(() => (home = homeAt(mkdtempSync(join(tmpdir(), 'atoll-key-')))));
afterEach(() => rmSync(home.path, { recursive: true, force: true }));
const signed = () => homeSigner(home).sign(canonicalJson(CONTENT));

it('signs with a key of the home that only its owner can read', async () => {
  expect(publicKeyOf(home)).toBeNull();
  const signature = await signed();
  expect(statSync(join(home.path, 'signing-key.pem')).mode & 0o777).toBe(0o600);
  expect((await signed()).publicKey).toBe(signature.publicKey);
  expect(publicKeyOf(home)).toBe(signature.publicKey);
  expect(fingerprintOf(signature.publicKey)).toMatch(/^SHA256:[\w+/]{43}$/);
  expect(whyNotSigned({ a: 'text', b: [1, { x: 'ä', y: null }] }, signature)).toBeNull();
});

it('refuses another content, another signature and another key', async () => {
  const signature = await signed();
  expect(whyNotSigned({ ...CONTENT, a: 'Text' }, signature)).toMatch(/not what was signed/);
  const flipped = Buffer.from(signature.signature, 'base64');
  flipped.writeUInt8(flipped.readUInt8(3) ^ 1, 3);
  expect(whyNotSigned(CONTENT, { ...signature, signature: flipped.toString('base64') })).toMatch(/not valid/);
  const other = await homeSigner(homeAt(mkdtempSync(join(tmpdir(), 'atoll-key-')))).sign(canonicalJson(CONTENT));
  expect(whyNotSigned(CONTENT, { ...signature, publicKey: other.publicKey })).toMatch(/not valid/);
  expect(whyNotSigned(CONTENT, { ...signature, publicKey: 'AAAA' })).toMatch(/damaged/);
});

it('does not sign with a key that others can read', async () => {
  await signed();
  chmodSync(join(home.path, 'signing-key.pem'), 0o644);
  expect(() => homeSigner(home).sign('x')).toThrow(/other users can read/);
});
