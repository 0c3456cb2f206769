import { describe, expect, it } from 'vitest';
import { byName, indexOf, restFor, wordsOf } from './search';

const index = indexOf(['web1', 'Web', 'my web', 'db', 'start'].map((name) => ({ name })));
const names = (typed: string, most = 10): string[] => byName(index, wordsOf(typed), most).map(({ name }) => name);

describe('byName', () => {
  it('ranks exact matches first, then prefixes, then other matches', () => {
    expect(names('web')).toEqual(['Web', 'web1', 'my web']);
    expect(names('web', 2)).toEqual(['Web', 'web1']);
  });

  it('requires all words, in any order', () => {
    expect(names('web my')).toEqual(['my web']);
    expect(names('web db')).toEqual([]);
  });

  it('finds one name among ten thousand', () => {
    const many = indexOf(Array.from({ length: 10_000 }, (_, i) => ({ name: `vm-${i}` })));
    expect(byName(many, ['9999'], 12).map(({ name }) => name)).toEqual(['vm-9999']);
    expect(byName(many, ['vm'], 12)).toHaveLength(12);
  });
});

describe('restFor', () => {
  it.each([
    ['vm start web1', ['web1']],
    ['start web1', ['web1']],
    ['sta my web', ['my', 'web']],
    ['vm start', []],
    ['start', []],
    ['web1', null],
    ['vm web1', null],
    ['vm', null],
    ['web1 start', null],
  ])('for %j keeps %j as the name', (typed, rest) => {
    expect(restFor(['vm', 'start'], wordsOf(typed))).toEqual(rest);
  });
});
