import { describe, expect, it } from 'vitest';
import { keysOf } from './keys';

const sign = (keysym: number): string => (keysym < 0x7f ? String.fromCharCode(keysym) : `<${keysym.toString(16)}>`);
const shown = (text: string): string =>
  keysOf(text)
    .keys.map(({ keysym, shift }) => `${shift ? '+' : ''}${sign(keysym)}`)
    .join('');

describe('keysOf', () => {
  it('holds shift where an English keyboard needs it', () => {
    expect(shown('ab C1!')).toBe('ab +C1+!');
    const unshifted = "`1234567890-=[]\\;',./";
    expect(shown(unshifted)).toBe(unshifted);
    const shifted = '~!@#$%^&*()_+{}|:"<>?';
    expect(shown(shifted)).toBe([...shifted].map((key) => `+${key}`).join(''));
  });

  it('presses return once per line, and tab', () => {
    expect(shown('a\r\nb\n\tc')).toBe('a<ff0d>b<ff0d><ff09>c');
  });

  it('lists each character without a key once', () => {
    expect(keysOf('aüaü🏝\u0000')).toMatchObject({ missing: ['ü', '🏝', '\u0000'] });
    expect(shown('aü')).toBe('a');
  });
});
