// cspell:ignore aeopcyxijsdqw ABEKMHOPCTYXIJS ABEZHIKMNOPTYX
/** Letters of other scripts that most fonts draw like a Latin one, and that one below each: Cyrillic, then Greek. */
const OTHERS =
  '\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u051d\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405' +
  '\u03bf\u03bd\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7';
const LATIN = 'aeopcyxijsdqw' + 'ABEKMHOPCTYXIJS' + 'ov' + 'ABEZHIKMNOPTYX';

const latinOf = new Map([...OTHERS].map((letter, index) => [letter, LATIN[index] ?? letter]));

const ASCII = /^[\0-\x7f]*$/;
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/** What a name looks like, in any case: letters of other scripts as the Latin ones that they resemble, without what is not seen. */
export function shapeOf(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  const letters = [...name.normalize('NFKC').replace(UNSEEN, '')];
  return letters
    .map((one) => latinOf.get(one) ?? one)
    .join('')
    .toLowerCase();
}

/** Another name that one is taken for, and by what the two differ: only in upper and lower case, or in letters of another script too. */
export interface LookAlike {
  readonly other: string;
  readonly by: 'case' | 'letters';
}

/** The first of the others that the name is taken for; a name that is taken already is none. */
export function lookAlikeOf(name: string, others: Iterable<{ readonly name: string }>): LookAlike | undefined {
  const own = name.trim();
  const shape = shapeOf(own);
  for (const { name: other } of others)
    if (other !== own && shapeOf(other) === shape)
      return { other, by: other.toLowerCase() === own.toLowerCase() ? 'case' : 'letters' };
  return undefined;
}
