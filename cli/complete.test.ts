import { describe, expect, it } from 'vitest';
import { placeOf } from './complete';

describe('completion', () => {
  it.each([
    ['a noun at first', [''], expect.arrayContaining(['network', 'vm', 'doctor'])],
    ['a verb after a noun', ['vnic', ''], ['list', 'add', 'plug', 'unplug', 'link', 'move', 'remove']],
    [
      'options after a dash',
      ['network', 'attach', 'blue', '--'],
      expect.arrayContaining(['--cluster', '--dry-run', '--json']),
    ],
    ['options when all arguments are there', ['vm', 'show', 'web', ''], expect.arrayContaining(['--json'])],
  ])('offers %s', (_what, words, expected) => {
    const place = placeOf(words);
    expect(place.kind === 'words' ? place.words : place).toEqual(expected);
  });

  it.each([
    ['the first argument', ['network', 'show', ''], 'network'],
    ['each of many arguments', ['network', 'remove', 'a', 'b', ''], 'network'],
    ['an argument after an option with a value', ['vm', 'start', '--host', 'h1', ''], 'vm'],
    ['the value of an option', ['vm', 'add', 'x', '--network', ''], 'network'],
    ['a fixed choice', ['vnic', 'link', ''], ['up', 'down']],
    ['an argument after a fixed choice', ['vnic', 'link', 'up', ''], 'vm'],
    ['files', ['backup', ''], 'file'],
    ['a noun that is a command too', ['backup', 'remove', ''], 'backup'],
  ])('knows the names for %s', (_what, words, of) => expect(placeOf(words)).toEqual({ kind: 'names', of }));

  it('offers nothing for a new name', () => {
    expect(placeOf(['network', 'update', 'blue', '--comment', ''])).toEqual({ kind: 'nothing' });
    expect(placeOf(['host', 'add', ''])).toEqual({ kind: 'nothing' });
  });
});
