import { describe, expect, it } from 'vitest';
import { TerminalFilter } from './terminal-filter';

const ESC = '\x1b';
const pass = (text: string | Buffer): string => new TerminalFilter().pass(Buffer.from(text as string));

/** One byte after the other. */
function passBytes(text: string): string {
  const filter = new TerminalFilter();
  return [...Buffer.from(text)].map((byte) => filter.pass(Uint8Array.of(byte))).join('');
}

describe('the filter of a console on a terminal', () => {
  it.each([
    ['text in UTF-8', 'héllo 日本 👩‍👧 \ufeff❝\r\n\t\b\x07'],
    ['colors', `${ESC}[31mred${ESC}[0m ${ESC}[38;5;12m ${ESC}[38;2;1;2;3;48;2;4;5;6m ${ESC}[4:3m`],
    [
      'cursor movement and erasing',
      `${ESC}[H${ESC}[2J${ESC}[10;20H${ESC}[K${ESC}[?25l${ESC}7${ESC}8${ESC}[1;24r${ESC}M`,
    ],
    ['line drawing', `${ESC}(0qqq${ESC}(B\x0eq\x0f`],
    [
      'what full-screen programs set',
      `${ESC}[?1049h${ESC}[?2004h${ESC}[?1h${ESC}=${ESC}[?1006;1000h${ESC}[4h${ESC}[!p`,
    ],
  ])('passes %s, also byte by byte', (_, text) => {
    expect(pass(text)).toBe(text);
    expect(passBytes(text)).toBe(text);
  });

  it.each([
    ['the clipboard', `${ESC}]52;c;ZXZpbA==\x07`],
    ['a title', `${ESC}]0;evil${ESC}\\`],
    ['a title of screen', `${ESC}kevil${ESC}\\`],
    ['a link', `${ESC}]8;;http://127.0.0.1/\x07`],
    ['the palette', `${ESC}]4;1;rgb:00/00/00${ESC}\\${ESC}]11;#000000\x07${ESC}]104\x07`],
    ['C1 controls', '\u009d\u009c\u0090\u009b'],
    ['a device control string', `${ESC}P$qm${ESC}\\`],
    ['redefined keys', `${ESC}P0;1|17/0a${ESC}\\`],
    ['strings for nobody', `${ESC}_x${ESC}\\${ESC}^x${ESC}\\${ESC}Xx${ESC}\\`],
    ['ENQ', '\x05'],
    [
      'status reports',
      `${ESC}[5n${ESC}[6n${ESC}[?6n${ESC}[c${ESC}[0c${ESC}[>c${ESC}[=c${ESC}Z${ESC}[x${ESC}[?1$p${ESC}[>q`,
    ],
    ['reports of the window and its size', `${ESC}[21t${ESC}[18t${ESC}[8;1;1t${ESC}[22;0t`],
    ['a printer', `${ESC}[5i${ESC}[?5i`],
    ['a locked keyboard and a local echo', `${ESC}[2h${ESC}[12l${ESC}[20h`],
    ['other keyboard protocols', `${ESC}[>4;2m${ESC}[>1u${ESC}[?u`],
    ['unknown modes', `${ESC}[?69h${ESC}[?3h${ESC}[?1001h${ESC}[?9999l`],
    ['lines above the screen', `${ESC}[3J${ESC}[2;3J${ESC}[?3J`],
    ['a reset', `${ESC}c`],
    ['another encoding', `${ESC}%@${ESC}%G${ESC} G`],
    ['too many repetitions', `${ESC}[99999999b`],
    ['a sequence without end', `${ESC}[${'1;'.repeat(5_000)}m`],
    ['control characters', '\0\x01\x11\x13\x18\x1a\x7f'],
  ])('drops %s, also byte by byte', (_, text) => {
    expect(pass(`a${text}b`)).toBe('ab');
    expect(passBytes(`a${text}b`)).toBe('ab');
  });

  it('shows the rest of a sequence that starts with a C1 control or is truncated as text', () => {
    expect(pass('\u009d52;c;eA==\x07')).toBe('52;c;eA==\x07');
    expect(pass(Buffer.from('\x9b6n', 'latin1'))).toBe('\ufffd6n');
    expect(pass(Buffer.from([0xe0, 0x82, 0x9d, 0x30]))).toBe('\ufffd\ufffd\ufffd0');
    expect(pass(`${ESC}[\x18 5n`)).toBe(' 5n');
    expect(pass(`${ESC}[3${ESC}[1mx`)).toBe(`${ESC}[1mx`);
    expect(pass(`${ESC}]0;x${ESC}[1mx`)).toBe(`${ESC}[1mx`);
  });

  it('keeps only known modes of several', () => {
    expect(pass(`${ESC}[?25;69;7l`)).toBe(`${ESC}[?25;7l`);
  });

  it('never assembles a dangerous sequence from what it passes', () => {
    for (const inner of [`${ESC}]0;x\x07`, '\x05', '\x18', `${ESC}[6n`])
      for (let at = 1; at < 6; at += 1) {
        const outer = `${ESC}]52;c;x`;
        expect(pass(outer.slice(0, at) + inner + outer.slice(at))).not.toContain(`${ESC}]`);
      }
  });

  it('skips an endless string for a while, and buffers nothing of it', () => {
    const filter = new TerminalFilter();
    expect(filter.pass(Buffer.from(`${ESC}]52;c;`))).toBe('');
    const text = Array.from({ length: 40 }, () => filter.pass(Buffer.from('A'.repeat(4_096)))).join('');
    expect(text.length).toBeGreaterThan(90_000);
    expect(filter.pass(Buffer.from(`${ESC}[1m`))).toBe(`${ESC}[1m`);
  });

  it('resets the terminal at the end', () => {
    const filter = new TerminalFilter();
    filter.pass(Buffer.from('only text'));
    expect(filter.end()).toBe('');
    filter.pass(Buffer.from(`${ESC}[?1049h${ESC}[?25l${ESC}[?1000h${ESC}[?1000l${ESC}(0${ESC}[2;5r`));
    expect(filter.end()).toBe(`\x0f${ESC}(B${ESC}>${ESC}[0m${ESC}7${ESC}[r${ESC}8${ESC}[?1049l${ESC}[?25h`);
  });
});
