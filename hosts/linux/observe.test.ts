import { expect, it } from 'vitest';
import { sections } from './observe';

it('splits an answer at its markers', () => {
  expect(sections('ip\nW 0\nnft\nW 1\nrest', 'W')).toEqual([
    { text: 'ip\n', exit: 0 },
    { text: 'nft\n', exit: 1 },
    { text: 'rest', exit: 0 },
  ]);
});

it.each(['W', 'ip W', 'W 0\nW 0', 'W 0\nx W'])('handles an answer that is truncated within a marker, %j', (text) => {
  expect(sections(text, 'W').length).toBeLessThan(4);
});

it('limits an answer that consists only of markers', () => {
  expect(sections('W 0\n'.repeat(1_000_000), 'W').length).toBeLessThan(20);
});
