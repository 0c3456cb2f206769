import { visibleText } from '../../contract/visible-text';

/** A piece of HTML that is whole; plain strings are escaped where they are put in, so no name can become markup, nor reverse what follows it. */
export class Html {
  constructor(readonly source: string) {}
}
type Part = string | number | Html | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => visibleText(text).replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const source = strings.map((text, i) => {
    const part = parts[i];
    if (part === undefined) return text;
    return text + (part instanceof Html ? part.source : Array.isArray(part) ? joined(part) : escape(String(part)));
  });
  return new Html(source.join(''));
}
const joined = (parts: readonly Html[]): string => parts.map((part) => part.source).join('');
