import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES, whyNoScreen } from '../../contract';
import { withTexts } from '../../english';
import { PSEUDO_LOCALE } from '../../renderer/ui/pseudo';
import { type SimulatedApp } from '../support/simulated-app';
import { hasChromium, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { setSchoolScene } from './scenes';

/**
 * The screens in the pseudo-language: every text of a catalogue has accented letters. Text in plain letters is in no catalogue, and
 * no translator would ever see it.
 */
describe.skipIf(!hasChromium)('texts of the screens (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let ids: Record<'network' | 'host' | 'vm' | 'regular', string>;

  beforeAll(async () => {
    app = await openApp();
    await setSchoolScene(app);
    const { engine } = app;
    const [network] = (await engine.networks.list({})).filter(({ name }) => name === 'blue');
    const [regular] = (await engine.networks.list({})).filter(({ isIsolated }) => !isIsolated);
    const [host] = (await engine.hosts.list({})).filter(({ name }) => name === 'node2');
    const [vm] = (await engine.vms.list({})).filter(({ name }) => name === 'gw');
    ids = { network: network?.id ?? '', host: host?.id ?? '', vm: vm?.id ?? '', regular: regular?.id ?? '' };
    await engine.snapshots.add({ vms: [ids.vm], name: 'before', comment: '' });
    await engine.backups.make({});
    await engine.vms.remove({ vm: 'batch' });
    ({ page, wrongs } = await openWindow({ locale: PSEUDO_LOCALE }));
    await signIn(page, app.door.link());
    await page.locator('main').waitFor();
  });
  const screens = (): Record<string, string> => ({
    map: '/',
    'map by network': '/?by=network',
    'map by island': '/?by=island',
    'map, a VM selected': `/?at=vm:${ids.vm}`,
    'map, a network selected': `/?at=network:${ids.network}`,
    'map, a host selected': `/?at=host:${ids.host}`,
    table: '/?as=table',
    networks: '/networks',
    'a new network': '/networks?new=true',
    'a network': `/networks/${ids.network}`,
    'its certificate': `/networks/${ids.network}?tab=isolation`,
    'its events': `/networks/${ids.network}?tab=events`,
    'to edit a network': `/networks/${ids.network}?do=edit`,
    'to place its VMs together': `/networks/${ids.network}?do=together`,
    hosts: '/hosts',
    'a new host': '/hosts?new=true',
    'a host': `/hosts/${ids.host}`,
    'its networks': `/hosts/${ids.host}?tab=networks`,
    'to set up its networks': `/hosts/${ids.host}?tab=networks&do=setup`,
    'its VMs': `/hosts/${ids.host}?tab=vms`,
    'its snapshots': `/hosts/${ids.host}?tab=snapshots`,
    vms: '/vms',
    'a new VM': '/vms?new=true',
    'a VM': `/vms/${ids.vm}`,
    'to plug a VM': `/vms/${ids.vm}?do=plug`,
    'to edit a VM': `/vms/${ids.vm}?do=edit`,
    'to move a VM': `/vms/${ids.vm}?do=move`,
    'to forward a port': `/vms/${ids.vm}?do=forward`,
    'its console': `/vms/${ids.vm}/console`,
    'its screen': `/vms/${ids.vm}/screen`,
    jobs: '/activity?tab=jobs',
    events: '/activity?tab=events',
    doctor: '/doctor',
    images: '/images',
    'a new image': '/images?new=true',
    backups: '/backups',
    welcome: '/welcome',
    'no such page': '/nowhere',
    'no such VM': '/vms/0195b1f4-0000-7000-8000-000000000000',
  });

  it('are all in catalogues, on every screen', { timeout: 300_000 }, async () => {
    const left: string[] = [];
    let known = await wordsOfEngine(app);
    for (const [name, path] of Object.entries(screens())) {
      await go(page, path);
      const shown = await wordsShown(page);
      // The engine's texts about recent events are plain too.
      if (shown.some((words) => plainWordsIn(words, known) !== '')) known = await wordsOfEngine(app);
      for (const words of shown) {
        const plain = plainWordsIn(words, known);
        if (plain !== '') left.push(`${name}: "${plain}" in "${words.slice(0, 120)}"`);
      }
    }
    expect([...new Set(left)]).toEqual([]);
  });

  it('are detected if they are not in a catalogue', async () => {
    await go(page, '/networks');
    await page.evaluate(() => document.querySelector('main')?.append('A stray word'));
    const known = await wordsOfEngine(app);
    expect((await wordsShown(page)).map((words) => plainWordsIn(words, known))).toContain('A stray word');
  });

  it('cause no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});

/** Navigates there, and waits until the page is stable. */
async function go(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
  await page.locator('main').waitFor();
  let before = '';
  await expect
    .poll(
      async () => {
        const now = await page.evaluate(() => document.body.innerText);
        const same = now === before && (await page.locator('[aria-busy="true"]').count()) === 0;
        before = now;
        return same;
      },
      { interval: 250, timeout: 15_000 },
    )
    .toBe(true);
}

/** All visible or spoken text: texts, and text attributes. */
const wordsShown = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (
        node.parentElement?.closest('script, style, noscript, code, kbd, .mono, .xterm, .trouble p, .cant p') === null
      )
        found.push(node.textContent ?? '');
    for (const element of document.body.querySelectorAll('*'))
      for (const property of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt'])
        found.push(element.getAttribute(property) ?? '');
    return found.map((words) => words.trim()).filter((words) => words !== '');
  });

/** Text that is not translated: user-defined names, and messages of the engine and its hosts. */
const SAID = new Set(
  `name message note words title reason comment evidence found matters host by path bridge folder summary
   changes detail limits doubt incident repair kernel user type kind id mac address nic what wanted actual version why tools`.split(
    /\s+/,
  ),
);

async function wordsOfEngine({ engine }: SimulatedApp): Promise<string[]> {
  const networks = await engine.networks.list({});
  const [vms, hosts] = [await engine.vms.list({}), await engine.hosts.list({})];
  const all: unknown[] = [
    networks,
    vms,
    hosts,
    ...(await Promise.all(networks.map(({ id }) => engine.networks.show({ network: id })))),
    ...(await Promise.all(hosts.map(({ id }) => engine.hosts.show({ host: id })))),
    ...(await Promise.all(
      networks.filter(({ isIsolated }) => isIsolated).map(({ id }) => engine.networks.certificate({ network: id })),
    )),
    await engine.events.list({ limit: 500 }),
    await engine.jobs.list({ limit: 200 }),
    await engine.map.changes({ since: new Date(0).toISOString() }),
    ...(await Promise.all(vms.map((vm) => engine.vms.placement({ vm: vm.id, move: true })))),
    ...(await Promise.all(
      networks.map(({ id }) => engine.vms.placement({ cluster: hosts[0]?.clusterId, networks: [id] })),
    )),
    Object.values(ERROR_CODES),
    { why: whyNoScreen({ kind: 'tiny' }) },
    await engine.dataCenters.list({}),
    await engine.clusters.list({}),
    await engine.system.doctor({}),
    await engine.demo.scenarios({}),
    await engine.backups.list({}),
    await engine.snapshots.list({}),
    await engine.undo.list({}),
    await engine.trash.list({}),
  ];
  const said = new Set<string>();
  // Messages are data, and the catalogue in english/ has their texts.
  const texts = withTexts(all);
  const collect = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (!SAID.has(key) || value.length < 2) return;
      said.add(value);
    } else if (Array.isArray(value)) for (const one of value) collect(one, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) {
        if (key === 'tools') said.add(name);
        collect(one, key === 'tools' ? key : name);
      }
  };
  for (const { browser } of await engine.sessions.list()) said.add(browser);
  collect(texts, '');
  return [...said].sort((a, b) => b.length - a.length);
}

/** Dates and times come from the browser, in its language; the product name is the same in all. */
const FROM_ELSEWHERE = /\b(Atoll|Today|Yesterday|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|AM|PM)\b/g;

/** The remaining text in plain letters, without the engine's messages. */
function plainWordsIn(words: string, known: readonly string[]): string {
  let rest = words;
  for (const one of known) {
    const at = rest.indexOf(one);
    if (at >= 0 && !/[A-Za-z]/.test((rest[at - 1] ?? '') + (rest[at + one.length] ?? '')))
      rest = rest.replaceAll(one, ' ');
  }
  rest = rest.replace(FROM_ELSEWHERE, ' ').trim();
  return /[A-Za-z]{2,}/.test(rest) ? rest : '';
}
