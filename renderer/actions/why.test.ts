import { expect, test, vi } from 'vitest';
import { whyNotHost, whyNotVm } from './why';

test('says what the state of a VM or host must be', () => {
  expect(whyNotVm({ state: 'up' }, 'start')).toBe('The VM is up. It must be down, paused or suspended.');
  expect(whyNotVm({ state: 'down' }, 'start')).toBeNull();
  expect(whyNotHost('maintenance', 'sync')).toMatch(/^The host is in maintenance\. It must be /);
  expect(whyNotHost('up', 'remove')).toBe('The host is up. It must be in maintenance or in error.');
  // Nine states are no help.
  expect(whyNotVm({ state: 'down' }, 'stop')).toBe('The VM is down.');
});

test('makes each sentence once, however many VMs are selected', async () => {
  // Other tests of this process may have asked for it before.
  vi.resetModules();
  const { whyNotVm: asked } = await import('./why');
  const lower = vi.spyOn(String.prototype, 'toLocaleLowerCase');
  for (let i = 0; i < 1_000; i += 1) asked({ state: 'down' }, 'shutdown');
  expect(lower.mock.calls.length).toBeGreaterThan(0);
  expect(lower.mock.calls.length).toBeLessThan(20);
  lower.mockRestore();
});
