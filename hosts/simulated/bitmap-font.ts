/**
 * Letters of 5 x 7 pixels, for simulated screens: for each its seven rows from the top; a row of five pixels is one digit in base
 * 32 (the leftmost pixel is 16).
 */
// prettier-ignore
const ROWS: Readonly<Record<string, string>> = {
  A: 'ehhvhhh', B: 'uhhuhhu', C: 'ehggghe', D: 'uhhhhhu', E: 'vgguggv', F: 'vgguggg', G: 'ehgnhhf', H: 'hhhvhhh', I: 'e44444e',
  J: '72222ic', K: 'hikokih', L: 'ggggggv', M: 'hrllhhh', N: 'hhpljhh', O: 'ehhhhhe', P: 'uhhuggg', Q: 'ehhhlid', R: 'uhhukih',
  S: 'fgge11u', T: 'v444444', U: 'hhhhhhe', V: 'hhhhha4', W: 'hhhllla', X: 'hha4ahh', Y: 'hhha444', Z: 'v1248gv',
  0: 'ehjlphe', 1: '4c4444e', 2: 'eh1248v', 3: 'v2421he', 4: '26aiv22', 5: 'vgu11he', 6: '68guhhe', 7: 'v124888', 8: 'ehhehhe',
  9: 'ehhf12c', ' ': '0000000', '.': '00000cc', ',': '0000c48', ':': '0cc0cc0', '-': '000v000', _: '000000v', '/': '01248g0',
  '(': '2488842', ')': '8422248', "'": '4480000', '!': '4444404', '?': 'eh12404',
};

export const LETTER_WIDTH = 6;
export const LETTER_HEIGHT = 7;

/** The pixels of a text in capitals, left to right, as [column, row] pairs; a character without a glyph is a question mark. */
export function dotsOf(text: string): Array<readonly [x: number, y: number]> {
  return [...text.toUpperCase()].flatMap((sign, index) =>
    [...(ROWS[sign] ?? ROWS['?'] ?? '')].flatMap((digit, y) =>
      [0, 1, 2, 3, 4]
        .filter((x) => (parseInt(digit, 32) >> (4 - x)) & 1)
        .map((x) => [index * LETTER_WIDTH + x, y] as const),
    ),
  );
}
