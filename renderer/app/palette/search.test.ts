import { describe, expect, it } from 'vitest';
import { byName, indexOf, nearest, restFor, wordsOf } from './search';

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

describe('byName, with addresses', () => {
  const addressed = indexOf([{ name: 'web10' }, { name: 'db' }], ({ name }) =>
    name === 'db' ? ['56:6f:e2:d9:00:0e', '10.1.3.2/24'] : [],
  );
  it.each([
    ['10.1.3.2', ['db']],
    ['00:0E', ['db']],
    ['10', ['web10']],
    ['10.1 db', []],
  ])('finds by %j: %j', (typed, found) => {
    expect(byName(addressed, wordsOf(typed), 5).map(({ name }) => name)).toEqual(found);
  });
});

describe('restFor', () => {
  const terms = { own: ['start', 'boot'], weak: ['vm', 'host'] };
  it.each([
    ['vm start web1', ['web1']],
    ['start web1', ['web1']],
    ['sta my web', ['my', 'web']],
    ['vm start', []],
    ['start', []],
    ['web1', null],
    ['vm web1', null],
    ['vm', null],
    ['web1 start', ['web1']],
    ['boot of web1', ['web1']],
  ])('for %j keeps %j as the name', (typed, rest) => {
    expect(restFor(terms, wordsOf(typed))).toEqual(rest);
  });
});

describe('nearest', () => {
  const entries = indexOf(['pupil1', 'pupil2', 'proxy', 'db'].map((name) => ({ name })));
  it.each([
    ['pupil11', ['pupil1']],
    ['dbs', ['db']],
    ['snap', []],
    ['xx', []],
  ])('for %j suggests %j', (typed, near) => {
    expect(nearest(entries, typed, 1).map(({ lower }) => lower)).toEqual(near);
  });
});
