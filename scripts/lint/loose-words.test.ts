import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, it } from 'vitest';
import { looseWords } from './loose-words.mjs';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester({
  languageOptions: { parser: tseslint.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
});
const good = (name: string, code: string) => ({ name, code, filename: 'screen.tsx' });
const bad = (name: string, code: string, count = 1) => ({
  ...good(name, code),
  errors: Array.from({ length: count }, () => ({ messageId: 'loose' })),
});

tester.run('loose-words', looseWords, {
  valid: [
    good(
      'words of a catalogue',
      'const a = <Act title={text.move} why={text.moveTo(name)}>{text.ask(text.move)}</Act>;',
    ),
    good('signs between values', 'const a = <p>{name} · {age}: {count}…</p>;'),
    good('names of classes', "const a = <div className={open ? 'card open' : 'card'} role=\"toolbar\" />;"),
    good('keys of code', 'const a = `isle/${id}`; const b = { kind: "static", queryKey: ["Some words"] };'),
    good('what is compared', "const a = event.key === 'Escape' || kind.startsWith('job.');"),
    good('what is thrown for a developer', "throw new Error('there is no panel ' + key);"),
    good('a selector', "document.querySelector('main nav');"),
    good('a path of a drawing', 'const a = <path d="M1 6 L4 9" />; const b = `M${x} ${y}`;'),
    good('types', "type A = 'Some words' | 'others there';"),
  ],
  invalid: [
    bad('text of an element', 'const a = <p>No job yet</p>;'),
    bad('one small word of an element', 'const a = <p>{count} more</p>;'),
    bad('a word inside an expression', "const a = <p>{open ? 'open' : text.shut}</p>;"),
    bad('a template inside an element', 'const a = <p>{`on ${host}`}</p>;'),
    bad('a property that is shown', 'const a = <Act title="close" />;'),
    bad('one that is read out', "const a = <div aria-label={up ? 'up' : 'down'} />;", 2),
    bad('a property of an object that is shown', "const a = { id: 'name', title: 'Name' };"),
    bad('a sentence in a function', 'function why() { return `It is on ${host}.`; }'),
    bad('small words in a function', "function words() { return 'no address'; }"),
    bad('a word like a heading', "const title = 'Networks';"),
    bad('a case of a switch', "switch (kind) { case 'none': say('no address'); }"),
    bad('what is glued together', "const a = 'Moved to ' + host;"),
  ],
});
