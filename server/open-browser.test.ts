import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openerOf } from './open-browser';

const LINK = 'file:///run/user/1000/atoll-open-a/b.html';
let bin: string;
beforeEach(() => (bin = mkdtempSync(join(tmpdir(), 'atoll-bin-'))));
afterEach(() => rmSync(bin, { recursive: true }));

function install(name: string, mode = 0o755): string {
  const file = join(bin, name);
  writeFileSync(file, '');
  chmodSync(file, mode);
  return file;
}

it('opens a page by what each system has for it, as one argument', () => {
  install('chromium');
  expect(openerOf('linux', LINK, 'page', bin)).toEqual(['xdg-open', LINK]);
  expect(openerOf('darwin', LINK, 'window', bin)).toEqual(['open', LINK]);
  expect(openerOf('win32', LINK, 'window', bin)).toEqual(['rundll32', 'url.dll,FileProtocolHandler', LINK]);
});

it('opens a window of its own where a browser can, the free one before others', () => {
  install('google-chrome');
  const chromium = install('chromium');
  expect(openerOf('linux', LINK, 'window', `/nowhere:${bin}`)).toEqual([chromium, `--app=${LINK}`]);
});

it('falls back to a page, and runs nothing from a relative folder of PATH', () => {
  install('chromium', 0o644);
  expect(openerOf('linux', LINK, 'window', `.:${bin}`)).toEqual(['xdg-open', LINK]);
});
