import { expect, test } from 'vitest';
import { pseudo } from './pseudo';

test('changes every text of a catalogue', () => {
  const status = pseudo({ plain: 'Remove', many: ['one', 'two'], nested: { deep: 'Start' } });
  expect(status).toEqual({ plain: '[Ŕéṁöṽé]', many: ['[öñé]', '[ţŵö]'], nested: { deep: '[Šţåŕţ]' } });
});

test('keeps inserted names unchanged', () => {
  const status = pseudo({ move: (vm: string, to: string) => `Move ${vm} to ${to}?`, count: (n: number) => `${n} VMs` });
  expect(status.move('web.1 (a|b)', 'host-2')).toBe('[Ṁöṽé web.1 (a|b) ţö host-2?]');
  expect(status.count(3)).toBe('[3 ṼṀš]');
});
