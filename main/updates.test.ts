import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { program, UpdateFeed } from '../test/support/update-feed';
import { hasFeed, startUpdates, type Updater } from './updates';

const yes = (): boolean => true;

/** With electron-updater itself and a feed on the loopback; Linux, where it installs without a native half. */
describe.skipIf(process.platform !== 'linux')('an update (needs Linux)', () => {
  let feed: UpdateFeed;
  let end: () => void;
  const asked: string[] = [];
  const failed: string[] = [];
  const logged: string[] = [];

  beforeEach(async () => {
    for (const list of [asked, failed, logged]) list.length = 0;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    feed = new UpdateFeed();
    await feed.open();
    end = () => undefined;
  });
  afterEach(async () => {
    end();
    vi.unstubAllEnvs();
    vi.useRealTimers();
    await feed.shut().catch(() => undefined);
    feed.dispose();
  });

  /** Starts it, with a person who says this, in turn; and lets the first look come. */
  function begin(...answers: (() => boolean)[]): void {
    const log = (words: string): void => void logged.push(words);
    end = startUpdates(hasFeed(feed.folder, log), () => Promise.resolve(feed.updater()), {
      ask: (words) => {
        asked.push(words);
        return Promise.resolve(answers.shift()?.() ?? false);
      },
      failed: (words) => void failed.push(words),
      log,
    });
    vi.advanceTimersByTime(60_000);
  }
  const until = (what: () => unknown): Promise<void> => vi.waitFor(() => expect(what()).toBeTruthy(), 10_000);
  const looks = (): number => feed.asked.filter(({ path }) => path === '/latest-linux.yml').length;

  it('is downloaded, installed and started when the person says so, each time asked', async () => {
    feed.publish('0.2.0');
    begin(yes, yes);
    await until(() => feed.quits > 0);
    expect(asked).toEqual([
      'Atoll 0.2.0 is there. Download it?',
      'Atoll 0.2.0 is ready. Restart now? Labs and VMs go on.',
    ]);
    expect(feed.text()).toBe(program('0.2.0', feed.ran));
    await until(() => existsSync(feed.ran) && readFileSync(feed.ran, 'utf8') === '0.2.0\n');
    expect([failed, logged]).toEqual([[], []]);
    // The feed learns nothing of who asks.
    const ids = new Set(feed.asked.map(({ headers }) => headers['x-user-staging-id']));
    expect([...ids]).toEqual(['0']);
  });

  it('is not downloaded, nor offered again, when the person refuses; it is looked for once a day', async () => {
    feed.publish('0.2.0');
    begin(() => false);
    await until(() => asked.length > 0);
    vi.advanceTimersByTime(24 * 3_600_000);
    await until(() => looks() === 2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(1);
    expect(feed.asked.map(({ path }) => path)).not.toContain('/Atoll-0.2.0.AppImage');
    expect(feed.text()).toBe(program('0.1.0', feed.ran));
  });

  it('that was tampered with is not installed, and the person who waits for it sees why', async () => {
    feed.publish('0.2.0', program('evil', feed.ran));
    begin(yes, yes);
    await until(() => failed.length > 0);
    expect(failed[0]).toMatch(/sha512 checksum mismatch/);
    expect(asked).toHaveLength(1);
    expect(feed.text()).toBe(program('0.1.0', feed.ran));
    expect(feed.quits).toBe(0);
  });

  it('that cannot be put in place leaves the app running, and the person sees why', async () => {
    feed.publish('0.2.0');
    begin(yes, () => {
      vi.stubEnv('APPIMAGE', join(feed.folder, 'gone', 'Atoll.AppImage'));
      return true;
    });
    await until(() => failed.length > 0);
    expect(failed[0]).toMatch(/ENOENT/);
    expect(feed.quits).toBe(0);
  });

  it.each([
    ['nothing newer is there', () => feed.publish('0.1.0')],
    ['what is there is older', () => feed.publish('0.0.9')],
  ])('is not spoken of when %s', async (_, prepare) => {
    prepare();
    begin();
    await until(() => looks() === 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect([asked, failed, logged]).toEqual([[], [], []]);
  });

  it('is not in the way offline: a line in the log, and another look the next day', async () => {
    await feed.shut();
    begin();
    await until(() => logged.length === 1);
    vi.advanceTimersByTime(24 * 3_600_000);
    await until(() => logged.length === 2);
    expect(logged[0]).toMatch(/^the update failed: .*ECONNREFUSED/);
    expect(logged[0]).not.toContain('\n');
    expect([asked, failed]).toEqual([[], []]);
  });
});

describe('a feed', () => {
  let feed: UpdateFeed;
  beforeEach(() => (feed = new UpdateFeed()));
  afterEach(() => feed.dispose());

  it.each([
    ['none', null, false],
    ['of a server over https', 'provider: generic\nurl: https://updates.example/atoll\n', true],
    ['in quotes', 'provider: generic\nurl: "https://updates.example/atoll"\n', true],
    ['of a service, which is https', 'provider: github\nowner: a\nrepo: b\n', true],
    ['of this computer', 'provider: generic\nurl: http://127.0.0.1:8000/\n', true],
    ['over http', 'provider: generic\nurl: http://updates.example/\n', false],
    ['over http, in quotes', "provider: generic\nurl: 'http://updates.example/'\n", false],
    ['of a host that is called like this computer', 'provider: generic\nurl: http://127.0.0.1.example/\n', false],
    ['of a service over http', 'provider: github\nprotocol: http\nhost: git.example\n', false],
    ['of a store with an end point over http', 'provider: s3\nbucket: b\nendpoint: http://s3.example\n', false],
    ['of a store, which can be configured without https', 'provider: s3\nbucket: b\n', false],
    ['of a provider of its own', 'provider: custom\nurl: https://updates.example/\n', false],
    ['of nobody', 'url: https://updates.example/\n', false],
    ['over something else', 'provider: generic\nurl: file:///tmp/feed\n', false],
  ])('%s is taken or not', (_, text, taken) => {
    if (text !== null) writeFileSync(join(feed.folder, 'app-update.yml'), text);
    const log = vi.fn();
    expect(hasFeed(feed.folder, log)).toBe(taken);
    expect(log).toHaveBeenCalledTimes(taken || text === null ? 0 : 1);
  });

  it('that is not there costs nothing: no code of it is loaded', async () => {
    vi.useFakeTimers();
    const load = vi.fn<() => Promise<Updater>>();
    startUpdates(false, load, { ask: vi.fn(), failed: vi.fn(), log: vi.fn() });
    await vi.advanceTimersByTimeAsync(48 * 3_600_000);
    vi.useRealTimers();
    expect(load).not.toHaveBeenCalled();
  });
});
