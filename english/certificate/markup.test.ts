import { expect, it } from 'vitest';
import { html } from './markup';

it('escapes markup, marks that reverse a text, and control characters', () => {
  expect(html`<p>${'<b>&\u202e"\u2066\x1b[31m\n'}</p>`.source).toBe(
    '<p>&lt;b&gt;&amp;\\u{202e}&quot;\\u{2066}\\u{1b}[31m\n</p>',
  );
});
