import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Event } from '../contract';
import { closePlan } from './closing-window';
import { noticeOf } from './engine-watch';
import { menuTemplate } from './menu';
import { SettingsFile } from './settings';
import { LEAST, placeFor } from './window-place';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };
const RIGHT = { x: 1920, y: 0, width: 2560, height: 1440 };

describe('where a window opens', () => {
  const was = { x: 2000, y: 100, width: 1400, height: 900, maximized: false };
  it('is where it was, while that screen is there', () => {
    expect(placeFor(was, [SCREEN, RIGHT])).toEqual({ x: 2000, y: 100, width: 1400, height: 900 });
    expect(placeFor(was, [SCREEN])).toEqual({ width: 1400, height: 900 });
  });
  it('is the middle when it would be out of reach', () => {
    for (const place of [{ x: -1390 }, { x: 1890 }, { y: -5 }, { y: 1075 }])
      expect(placeFor({ ...was, x: 100, ...place }, [SCREEN])).not.toHaveProperty('x');
  });
  it('can be got hold of, and fits its screen, whatever was kept', () => {
    const side = fc.integer({ min: -10_000, max: 10_000 });
    const kept = fc.record({ x: side, y: side, width: side, height: side, maximized: fc.boolean() });
    fc.assert(
      fc.property(fc.option(kept), fc.subarray([SCREEN, RIGHT]), (place, screens) => {
        const { width, height, x, y } = placeFor(place, screens);
        expect(width).toBeGreaterThanOrEqual(LEAST.width);
        expect(height).toBeLessThanOrEqual(Math.max(...screens.map((screen) => screen.height), LEAST.height, 800));
        if (x === undefined || y === undefined) return;
        expect(screens.some((s) => x < s.x + s.width && y >= s.y && y < s.y + s.height)).toBe(true);
      }),
    );
  });
});

describe('what the shell keeps', () => {
  it('is there at the next start', () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-settings-'));
    const path = join(folder, 'sub', 'shell.json');
    new SettingsFile(path).keep({ keepRunning: false });
    expect(new SettingsFile(path).now).toEqual({ window: null, keepRunning: false, knowsOfTray: false });
    rmSync(folder, { recursive: true });
  });
  it.each(['', '{', 'null', '[]', '7', '{"window":{"x":1e99},"keepRunning":"no"}', '{"window":{"x":1}}'])(
    'is the default for a broken file: %s',
    (text) => {
      const folder = mkdtempSync(join(tmpdir(), 'atoll-settings-'));
      writeFileSync(join(folder, 'shell.json'), text);
      expect(new SettingsFile(join(folder, 'shell.json')).now).toMatchObject({ window: null, keepRunning: true });
      expect(readFileSync(join(folder, 'shell.json'), 'utf8')).toBe(text);
      rmSync(folder, { recursive: true });
    },
  );
  it('does not fail where nothing can be written', () => {
    const settings = new SettingsFile('/dev/null/shell.json');
    settings.keep({ keepRunning: false });
    expect(settings.now.keepRunning).toBe(false);
  });
});

describe('closing the window', () => {
  it.each([
    [{ vmsUp: 0, jobs: [] }, true, 'linux', 'close'],
    [{ vmsUp: 0, jobs: [] }, false, 'linux', 'close'],
    [{ vmsUp: 1, jobs: [] }, true, 'linux', 'hide'],
    [{ vmsUp: 1, jobs: [] }, false, 'win32', 'ask'],
    [{ vmsUp: 0, jobs: ['x'] }, true, 'win32', 'hide'],
    [{ vmsUp: 0, jobs: ['x'] }, false, 'linux', 'close'],
    [{ vmsUp: 9, jobs: [] }, false, 'darwin', 'close'],
    [null, true, 'linux', 'close'],
  ] as const)('with %j, keep %s, on %s: %s', (status, keep, platform, plan) => {
    expect(closePlan(status, keep, platform)).toBe(plan);
  });
});

describe('the menu', () => {
  const acts = { go: vi.fn(), showLogs: vi.fn(), about: vi.fn(), quit: vi.fn() };
  const labels = (platform: NodeJS.Platform) =>
    menuTemplate(platform, true, acts).map(({ label, role }) => label ?? role ?? '');
  it('is as each platform has it', () => {
    expect(labels('darwin')).toEqual(['Atoll', '&File', 'editMenu', '&View', 'windowMenu', 'help']);
    expect(labels('linux')).toEqual(['&File', 'editMenu', '&View', 'windowMenu', 'help']);
    expect(JSON.stringify(menuTemplate('win32', true, acts))).not.toContain('toggleDevTools');
    expect(JSON.stringify(menuTemplate('linux', false, acts))).toContain('toggleDevTools');
  });
  it('takes no key twice, and none from the console', () => {
    for (const platform of ['darwin', 'linux', 'win32'] as const) {
      const keys = JSON.stringify(menuTemplate(platform, true, acts)).match(/"accelerator":"[^"]+"/g) ?? [];
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.join()).not.toMatch(/CmdOrCtrl\+[CVDLZRW]"/);
    }
  });
});

describe('what needs a person', () => {
  const event = (patch: Partial<Event>): Event => ({
    seq: 1,
    at: '2026-11-26T12:00:00.000Z',
    type: 'host.state',
    severity: 'error',
    message: { type: 'host.state', params: { host: 'node1', state: 'non_responsive', reason: null } },
    by: { user: 'atoll', door: 'engine' },
    subjects: { hostId: 'h' },
    undo: null,
    ...patch,
  });
  it.each([
    [event({}), '/hosts/h'],
    [event({ type: 'job.finished', subjects: { jobId: 'j', vmId: 'v' } }), '/activity?job=j'],
    [event({ type: 'store.backup_failed', severity: 'warning', subjects: {} }), '/backups'],
    [event({ type: 'vm.ended_from_outside', severity: 'normal', subjects: { vmId: 'v' } }), '/vms/v'],
  ])('is shown, and leads to its screen', (one, to) => expect(noticeOf(one)).toMatchObject({ to }));
  it.each([
    event({ severity: 'normal' }),
    event({ severity: 'warning' }),
    event({ type: 'network.deploy_failed', subjects: { jobId: 'j' } }),
  ])('is not everything', (one) => expect(noticeOf(one)).toBeNull());
});
