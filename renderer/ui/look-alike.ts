// cspell:ignore aeopcyxijsdqw ABEKMHOPCTYXIJS ABEZHIKMNOPTYX
import { text } from './text';

/** Letters of other scripts that most fonts draw like a Latin one, and that one below each: Cyrillic, then Greek. */
const OTHERS =
  '\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u051d\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405' +
  '\u03bf\u03bd\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7';
const LATIN = 'aeopcyxijsdqw' + 'ABEKMHOPCTYXIJS' + 'ov' + 'ABEZHIKMNOPTYX';

const latinOf = new Map([...OTHERS].map((letter, index) => [letter, LATIN[index] ?? letter]));

/** What a name looks like: letters of other scripts as the Latin ones that they resemble. */
const shapeOf = (name: string): string => [...name.normalize('NFKC')].map((one) => latinOf.get(one) ?? one).join('');

/** A warning if the name looks like one of the others but is another; else nothing. */
export function lookAlike(name: string, others: Iterable<{ readonly name: string }>): string | undefined {
  const shape = shapeOf(name.trim());
  for (const other of others)
    if (other.name !== name.trim() && shapeOf(other.name) === shape) return text.looksAlike(other.name);
  return undefined;
}
