import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { guestChecks } from '../doctor/guest';
import { ensureTinyGuest } from './ensure';
import { packagedGuest } from './packaged';

let root: string;
const daemon = (): string => pathToFileURL(join(root, 'dist', 'daemon.js')).href;
const put = (name: string, text: string): void => writeFileSync(join(root, 'dist', 'guest', name), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-packaged-'));
  mkdirSync(join(root, 'dist', 'guest'), { recursive: true });
  put('stamp', '6.12.1-cloud-0123\n');
  put('vmlinuz', 'a kernel');
  put('initrd.gz', 'an initramfs');
});
afterEach(() => rmSync(root, { recursive: true }));

it('copies the guest of the package into the home, and keeps it when the package is gone', async () => {
  const home = join(root, 'home');
  const guest = await ensureTinyGuest(home, packagedGuest(daemon()));
  expect(guest.kernel).toBe(join(home, 'guest', '6.12.1-cloud-0123', 'vmlinuz'));
  rmSync(join(root, 'dist'), { recursive: true });
  expect([guest.kernel, guest.initrd].map((file) => readFileSync(file, 'utf8'))).toEqual(['a kernel', 'an initramfs']);
});

it('needs neither kernel nor busybox of this computer', async () => {
  const checks = await guestChecks(packagedGuest(daemon()));
  expect(checks.map(({ id, state }) => [id, state])).toEqual([
    ['guest_kernel', 'ok'],
    ['busybox', 'ok'],
  ]);
});

it('does not exist in a checkout, nor with a stamp that would leave the folder', () => {
  expect(packagedGuest()).toBeNull();
  put('stamp', '../../etc');
  expect(packagedGuest(daemon())).toBeNull();
});
