import { describe, expect, it } from 'vitest';
import { escaped, SvgPainter } from './svg-painter';

const HOSTILE = `</text><script>alert("1")</script>&'\u0000\u0007`;
const BOX = { x: 0, y: 0, w: 100, h: 50 };

describe('SvgPainter', () => {
  it('escapes names in every position', () => {
    const painter = new SvgPainter(`"Font", ${HOSTILE}`);
    painter.words(HOSTILE, 1, 2, { size: 12, fill: HOSTILE });
    const file = painter.file(BOX, '#fff', HOSTILE);
    expect(file).not.toContain('<script');
    expect(file).not.toContain('\u0000');
    expect(file.match(/<text/g)).toHaveLength(1);
    expect(escaped(HOSTILE)).toBe('&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&apos;');
  });

  it('keeps letters of all scripts', () => {
    expect(escaped('сеть 網路 🏝')).toBe('сеть 網路 🏝');
  });

  it('shortens text that does not fit', () => {
    const painter = new SvgPainter('serif');
    painter.words('a-very-long-name-of-a-network', 0, 0, { size: 12, fill: '#000', most: 60 });
    const [, words = ''] = />([^<]*)<\/text>/.exec(painter.file(BOX, '#fff', 'x')) ?? [];
    expect(words).toMatch(/^a-very.*…$/);
    expect(painter.width(words, { size: 12 })).toBeLessThanOrEqual(60);
    painter.words('nothing of it', 0, 0, { size: 12, fill: '#000', most: -5 });
    expect(painter.file(BOX, '#fff', 'x')).not.toContain('nothing');
  });
});
