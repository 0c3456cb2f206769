import { expect, test } from 'vitest';
import { pseudo } from './pseudo';

test('changes every text of a catalogue', () => {
  const told = pseudo({ plain: 'Remove', many: ['one', 'two'], nested: { deep: 'Start' } });
  expect(told).toEqual({ plain: '[Ŕéṁöṽé]', many: ['[öñé]', '[ţŵö]'], nested: { deep: '[Šţåŕţ]' } });
});

test('keeps inserted names unchanged', () => {
  const told = pseudo({ move: (vm: string, to: string) => `Move ${vm} to ${to}?`, count: (n: number) => `${n} VMs` });
  expect(told.move('web.1 (a|b)', 'host-2')).toBe('[Ṁöṽé web.1 (a|b) ţö host-2?]');
  expect(told.count(3)).toBe('[3 ṼṀš]');
});
