import { describe, expect, it } from 'vitest';
import { HeldTyping } from './held-typing';

describe('keys without an open line', () => {
  it('are sent in order once one opens, and directly from then on', () => {
    const [typing, sent] = [new HeldTyping(), [] as string[]];
    typing.type('ec');
    typing.type('ho');
    typing.open((text) => sent.push(text));
    typing.type(' x');
    expect(sent).toEqual(['echo', ' x']);
  });

  it('are held again when it closes, and sent once', () => {
    const [typing, first, second] = [new HeldTyping(), [] as string[], [] as string[]];
    typing.open((text) => first.push(text));
    typing.close();
    typing.type('later');
    typing.open((text) => second.push(text));
    typing.close();
    typing.open((text) => second.push(text));
    expect([first, second]).toEqual([[], ['later']]);
  });

  it('are forgotten with the VM that they were meant for, and a long paste is not sent in part', () => {
    const [typing, sent] = [new HeldTyping(), [] as string[]];
    typing.type('password');
    typing.drop();
    typing.type('ls');
    typing.type('x'.repeat(5000));
    typing.open((text) => sent.push(text));
    expect(sent).toEqual(['ls']);
  });
});
