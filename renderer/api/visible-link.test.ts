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

describe('messages of the engine', () => {
  it('escape bidirectional and control characters', async () => {
    const answer = { name: `a${RTL}b`, parts: [{ xml: '<a>\n\t\x1b[31m\u2066</a>' }], count: 1, none: null };
    expect(await linkOf(() => answer).call({})).toEqual({
      name: 'a\\u{202e}b',
      parts: [{ xml: '<a>\n\t\\u{1b}[31m\\u{2066}</a>' }],
      count: 1,
      none: null,
    });
  });

  it('keep their identity when nothing is escaped', async () => {
    const answer = { name: 'שלום 👩‍💻', list: [1, 'a'], at: new Date(0) };
    expect(await linkOf(() => answer).call({})).toBe(answer);
  });

  it('are escaped in each item of a stream', async () => {
    async function* feed() {
      yield { message: `x${RTL}` };
    }
    const seen: unknown[] = [];
    for await (const each of (await linkOf(feed).call({})) as AsyncIterable<unknown>) seen.push(each);
    expect(seen).toEqual([{ message: 'x\\u{202e}' }]);
  });

  it('are escaped in errors', async () => {
    const fails = () => {
      throw new ORPCError('BAD_INPUT', { message: `no ${RTL}`, data: { hint: `try ${RTL}` } });
    };
    await expect(linkOf(fails).call({})).rejects.toMatchObject({
      message: 'no \\u{202e}',
      data: { hint: 'try \\u{202e}' },
    });
  });
});

describe('input sent to the engine', () => {
  it('is unescaped, while other escapes stay as typed', async () => {
    const { sent, call } = linkOf(() => null);
    await call({ bridge: visibleText(`br${RTL}0`), comment: '\\u{41} \\u{zz} \\u{10ffff}' });
    expect(sent).toEqual([{ bridge: `br${RTL}0`, comment: '\\u{41} \\u{zz} \\u{10ffff}' }]);
  });

  it('leaves bytes unchanged', () => {
    const bytes = new Uint8Array([1, 2]);
    expect(mapTexts({ bytes }, hiddenText)).toEqual({ bytes });
    expect((mapTexts({ bytes }, hiddenText) as { bytes: unknown }).bytes).toBe(bytes);
  });
});
