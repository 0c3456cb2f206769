import { expect, it } from 'vitest';
import { sections } from './observe';

it('an answer is cut at its marks', () => {
  expect(sections('ip\nW 0\nnft\nW 1\nrest', 'W')).toEqual([
    { text: 'ip\n', exit: 0 },
    { text: 'nft\n', exit: 1 },
    { text: 'rest', exit: 0 },
  ]);
});

it.each(['W', 'ip W', 'W 0\nW 0', 'W 0\nx W'])(
  'an answer that is cut off within a mark, %j, comes to an end',
  (text) => {
    expect(sections(text, 'W').length).toBeLessThan(4);
  },
);

it('an answer that is nothing but marks has a bound', () => {
  expect(sections('W 0\n'.repeat(1_000_000), 'W').length).toBeLessThan(20);
});
