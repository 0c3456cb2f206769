import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { MapScreen } from './pages/map-screen';
import { see } from './browser';

const BUILT = join(import.meta.dirname, '../../dist/renderer');
/** More modules than this were never needed to show the map: what is not seen at once has a file of its own. */
const MOST_MODULES = 600;

/** The modules of a built file, by the source map beside it. */
function modulesOf(name: string): string[] {
  const file = readdirSync(join(BUILT, 'assets')).find(
    (each) => each.startsWith(`${name}-`) && each.endsWith('.js.map'),
  );
  if (file === undefined) throw new Error(`no file ${name}`);
  return (JSON.parse(readFileSync(join(BUILT, 'assets', file), 'utf8')) as { sources: string[] }).sources;
}

describe('the files that a window loads first', () => {
  it('are few, and the style sheet does not delay the connection', () => {
    const page = readFileSync(join(BUILT, 'index.html'), 'utf8');
    expect(page.match(/<script /g)).toHaveLength(1);
    expect((page.match(/rel="modulepreload"/g) ?? []).length).toBeLessThanOrEqual(4);
    expect(page).not.toContain('rel="stylesheet"');
    expect(page).toMatch(/<link rel="preload" as="style" [^>]*first-screen-/);
  });

  it('include the fonts of its texts, which would otherwise keep the fallback on a busy computer', () => {
    const page = readFileSync(join(BUILT, 'index.html'), 'utf8');
    const fonts = page.match(/<link rel="preload" as="font" [^>]*>/g) ?? [];
    expect(fonts.map((each) => /RedHat[A-Za-z]+/.exec(each)?.[0]).sort()).toEqual(['RedHatDisplayVF', 'RedHatTextVF']);
  });

  it('connect without React and without a schema', () => {
    const modules = modulesOf('connection');
    expect(
      modules.filter((each) =>
        /node_modules\/(react|react-dom|zod)\/|contract\/(model\/(?!final-changes)|procedures)/.test(each),
      ),
    ).toEqual([]);
    expect(modules.some((each) => each.endsWith('renderer/api/begin.ts'))).toBe(true);
  });

  it('show the map without the schemas of other screens', () => {
    const modules = modulesOf('first-screen');
    expect(
      modules.filter((each) => /contract\/(procedures|contract\.ts)|renderer\/features\/(?!map\/)/.test(each)),
    ).toEqual([]);
    expect(modules.length).toBeLessThan(MOST_MODULES);
  });
});

describe.skipIf(!hasChromium)('a window that opens at the map (needs chromium)', () => {
  let page: Page;
  let wrongs: string[];
  let link: () => string;

  beforeAll(async () => {
    const app = await openApp();
    await app.engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } });
    await app.engine.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await app.engine.vms.add({ name: 'vm1', host: 'node1', vnics: [{ network: 'blue' }] });
    link = () => app.door.link();
    ({ page, wrongs } = await openWindow());
  });

  it('asks for the map before the code that draws it has arrived, and only once', async () => {
    const asked: string[] = [];
    const isAsked = new Promise<void>((resolve) => {
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => {
          if (!String(payload).includes('/map/show')) return;
          asked.push(String(payload));
          resolve();
        }),
      );
    });
    await page.route('**/assets/first-screen-*.js', async (route) => {
      await isAsked;
      await route.continue();
    });
    await signIn(page, link());
    await see(new MapScreen(page).vm('vm1')).toBeVisible();
    expect(asked).toHaveLength(1);
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
