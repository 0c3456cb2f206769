import { expect, test } from 'vitest';
import { pseudo } from './pseudo';

test('every word of a catalogue is changed, wherever it stands', () => {
  const told = pseudo({ plain: 'Remove', many: ['one', 'two'], nested: { deep: 'Start' } });
  expect(told).toEqual({ plain: '[Ŕéṁöṽé]', many: ['[öñé]', '[ţŵö]'], nested: { deep: '[Šţåŕţ]' } });
});

test('a name that is put in stays as it is, whatever is in it', () => {
  const told = pseudo({ move: (vm: string, to: string) => `Move ${vm} to ${to}?`, count: (n: number) => `${n} VMs` });
  expect(told.move('web.1 (a|b)', 'host-2')).toBe('[Ṁöṽé web.1 (a|b) ţö host-2?]');
  expect(told.count(3)).toBe('[3 ṼṀš]');
});
