import { describe, expect, it } from 'vitest';
import { escaped, SvgPen } from './svg-pen';

const HOSTILE = `</text><script>alert("1")</script>&'\u0000\u0007`;
const BOX = { x: 0, y: 0, w: 100, h: 50 };

describe('SvgPainter', () => {
  it('escapes names in every position', () => {
    const pen = new SvgPen(`"Font", ${HOSTILE}`);
    pen.words(HOSTILE, 1, 2, { size: 12, fill: HOSTILE });
    const file = pen.file(BOX, '#fff', HOSTILE);
    expect(file).not.toContain('<script');
    expect(file).not.toContain('\u0000');
    expect(file.match(/<text/g)).toHaveLength(1);
    expect(escaped(HOSTILE)).toBe('&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&apos;');
  });

  it('keeps letters of all scripts', () => {
    expect(escaped('сеть 網路 🏝')).toBe('сеть 網路 🏝');
  });

  it('shortens text that does not fit', () => {
    const pen = new SvgPen('serif');
    pen.words('a-very-long-name-of-a-network', 0, 0, { size: 12, fill: '#000', most: 60 });
    const [, words = ''] = />([^<]*)<\/text>/.exec(pen.file(BOX, '#fff', 'x')) ?? [];
    expect(words).toMatch(/^a-very.*…$/);
    expect(pen.width(words, { size: 12 })).toBeLessThanOrEqual(60);
    pen.words('nothing of it', 0, 0, { size: 12, fill: '#000', most: -5 });
    expect(pen.file(BOX, '#fff', 'x')).not.toContain('noth');
  });
});
