import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { hiddenText, mapTexts, visibleText } from '../../contract/visible-text';
import { VisibleLink } from './visible-link';

const RTL = '\u202e';

const linkOf = (answer: () => unknown) => {
  const sent: unknown[] = [];
  const link = new VisibleLink({
    call: (_path, input) => {
      sent.push(input);
      return Promise.resolve(answer());
    },
  });
  return { sent, call: (input: unknown) => link.call(['vms', 'show'], input, { context: {} }) };
};

describe('what the engine says', () => {
  it('shows marks that reverse a text, and control characters, as escapes', async () => {
    const answer = { name: `a${RTL}b`, parts: [{ xml: '<a>\n\t\x1b[31m\u2066</a>' }], count: 1, none: null };
    expect(await linkOf(() => answer).call({})).toEqual({
      name: 'a\\u{202e}b',
      parts: [{ xml: '<a>\n\t\\u{1b}[31m\\u{2066}</a>' }],
      count: 1,
      none: null,
    });
  });

  it('is the same object where nothing is hidden', async () => {
    const answer = { name: 'שלום 👩‍💻', list: [1, 'a'], at: new Date(0) };
    expect(await linkOf(() => answer).call({})).toBe(answer);
  });

  it('does so in each piece of what is followed', async () => {
    async function* feed() {
      yield { message: `x${RTL}` };
    }
    const seen: unknown[] = [];
    for await (const each of (await linkOf(feed).call({})) as AsyncIterable<unknown>) seen.push(each);
    expect(seen).toEqual([{ message: 'x\\u{202e}' }]);
  });

  it('does so in errors', async () => {
    const fails = () => {
      throw new ORPCError('BAD_INPUT', { message: `no ${RTL}`, data: { hint: `try ${RTL}` } });
    };
    await expect(linkOf(fails).call({})).rejects.toMatchObject({
      message: 'no \\u{202e}',
      data: { hint: 'try \\u{202e}' },
    });
  });
});

describe('what is sent back', () => {
  it('is what it was, and an escape of anything else stays as it was typed', async () => {
    const { sent, call } = linkOf(() => null);
    await call({ bridge: visibleText(`br${RTL}0`), comment: '\\u{41} \\u{zz} \\u{10ffff}' });
    expect(sent).toEqual([{ bridge: `br${RTL}0`, comment: '\\u{41} \\u{zz} \\u{10ffff}' }]);
  });

  it('leaves bytes alone', () => {
    const bytes = new Uint8Array([1, 2]);
    expect(mapTexts({ bytes }, hiddenText)).toEqual({ bytes });
    expect((mapTexts({ bytes }, hiddenText) as { bytes: unknown }).bytes).toBe(bytes);
  });
});
