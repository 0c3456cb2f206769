import { once } from 'node:events';
import { readFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { postToken } from '../support/sign-in';
import { hasChromium, newWindow, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';

describe.skipIf(!hasChromium)('signing in (needs chromium)', () => {
  let app: SimulatedApp;
  let browser: Browser;
  let page: Page;
  let wrongs: string[];
  const loaded = (of: Page) =>
    see(of.getByRole('heading', { name: 'Signed-in browsers' })).toBeVisible({ timeout: 30_000 });
  const doctor = (): string => new URL('/doctor', app.door.link()).href;

  beforeAll(async () => {
    app = await openApp();
    ({ browser, page, wrongs } = await openWindow());
  });
  it('uses a page of this user that is deleted afterwards, and leaves no token in the URL', async () => {
    const file = app.door.page();
    const token = /#([\w-]+)"/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'none';
    await page.goto(pathToFileURL(file).href).catch(() => undefined);
    await page.waitForURL(({ pathname, protocol }) => protocol === 'http:' && pathname !== '/enter');
    expect(page.url()).not.toContain(token);
    expect(existsSync(file)).toBe(false);
    await page.goto(doctor());
    await loaded(page);
    expect(wrongs.filter((wrong) => wrong.includes('401') || wrong.includes('Refused'))).toEqual([]);
  });

  it('lasts after a reload, in another tab, and in a window that a page opened', async () => {
    await page.reload();
    await loaded(page);
    const tab = await page.context().newPage();
    await tab.goto(doctor());
    await loaded(tab);
    const opening = page.waitForEvent('popup');
    await page.evaluate((url) => void window.open(url, 'own', 'popup'), doctor());
    const popup = await opening;
    await loaded(popup);
    await expect.poll(() => app.door.sessions()).toMatchObject([{ windows: 3 }]);
    await Promise.all([tab.close(), popup.close()]);
  });

  it('survives cookies that another server on this address sets, and gives that server no access', async () => {
    let seen = '';
    const { port } = app.door;
    const other = createServer((request, response) => {
      seen += `${request.headers.cookie ?? ''}\n`;
      const bad = (path: string): string => `atoll-${port}=bad; Path=${path}`;
      response.writeHead(200, { 'Set-Cookie': [bad('/'), bad('/rpc')] }).end('planted');
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const base = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const tab = await page.context().newPage();
    for (const path of ['/', '/rpc', '/rpc/x', '/enter']) await tab.goto(base + path);
    const cookies = await page.context().cookies();
    const own = cookies.find(({ path }) => path.startsWith('/rpc/') && path.length > 10);
    expect(own).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(seen).not.toContain(own?.value);
    await tab.goto(doctor());
    await loaded(tab);
    await tab.close();
    await page.reload();
    await loaded(page);
    other.close();
  });

  it('lists browsers and signs others out from the screen', async () => {
    const { page: other } = await newWindow(browser);
    await signIn(other, app.door.link());
    await other.goto(doctor());
    await loaded(other);
    const part = page.getByRole('region', { name: 'Signed-in browsers' });
    await see(part.getByRole('listitem')).toHaveCount(2);
    await see(part.getByText('(this browser)')).toHaveCount(1);
    await part.getByRole('button', { name: 'Sign out others' }).click();
    await see(part.getByRole('listitem')).toHaveCount(1);
    await see(other.getByText('This window is signed out')).toBeVisible({ timeout: 20_000 });
    await other.goto(doctor());
    await see(other.getByText('is not signed in')).toBeVisible();
    await other.context().close();
  });

  it('reports a link that someone else has already used, and signs that one out', async () => {
    const link = app.door.link();
    expect((await postToken(link)).status).toBe(200);
    const { page: owner } = await newWindow(browser);
    await owner.goto(link);
    await see(owner.getByText('used already')).toBeVisible();
    expect(owner.url()).not.toContain('#');
    expect(app.door.sessions()).toHaveLength(1);
    await owner.context().close();
    await page.goto(new URL('/activity?tab=events', app.door.link()).href);
    await see(page.getByText('a sign-in link was used twice').first()).toBeVisible();
  });

  it('is not triggered by an image, a prefetch or a plain request to the address', async () => {
    const link = app.door.link();
    const { page: stranger } = await newWindow(browser);
    const token = new URL(link).hash.slice(1);
    const origin = new URL(link).origin;
    await stranger.setContent(
      `<img src="${origin}/enter?token=${token}"><link rel="prefetch" href="${origin}/?token=${token}"><img src="${link}">`,
    );
    await fetch(link, { method: 'HEAD' });
    await fetch(link);
    expect((await postToken(link)).status).toBe(200);
    await stranger.context().close();
  });
});
