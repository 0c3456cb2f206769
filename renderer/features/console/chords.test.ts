import { expect, test } from 'vitest';
import { CHORDS, pressChord } from './chords';

const sent = (label: string) => {
  const keys: string[] = [];
  const chord = CHORDS.find((one) => one.label === label);
  if (chord === undefined) throw new Error(`no chord ${label}`);
  pressChord(chord, (keysym, code, down) => keys.push(`${down ? '+' : '-'}${code}:${keysym.toString(16)}`));
  return keys.join(' ');
};

test('presses keys in order and releases them in reverse, so that none gets stuck', () => {
  expect(sent('Ctrl Alt Del')).toBe(
    '+ControlLeft:ffe3 +AltLeft:ffe9 +Delete:ffff -Delete:ffff -AltLeft:ffe9 -ControlLeft:ffe3',
  );
  expect(sent('Ctrl Alt F7')).toContain('+F7:ffc4');
});

test('gives each chord a unique name', () => {
  expect(new Set(CHORDS.map(({ id }) => id)).size).toBe(CHORDS.length);
});
