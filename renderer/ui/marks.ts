import type { Tone } from './tone';

/** A part of an icon, as an SVG path in a box of 12 by 12: filled, or stroked with the given width. */
export interface MarkPart {
  readonly d: string;
  readonly line: number | null;
}

/** The shape of each tone: disc, half-filled ring, ring, triangle, diamond, question mark. */
export const MARKS: Record<Tone, readonly MarkPart[]> = {
  ok: [{ d: 'M1 6a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z', line: null }],
  busy: [
    { d: 'M1.8 6a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0Z', line: 1.6 },
    { d: 'M6 1.8A4.2 4.2 0 0 1 6 10.2Z', line: null },
  ],
  off: [{ d: 'M2 6a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z', line: 1.8 }],
  warn: [{ d: 'M6 1L11.4 10.8H0.6Z', line: null }],
  bad: [{ d: 'M6 0.4L11.6 6L6 11.6L0.4 6Z', line: null }],
  unknown: [{ d: 'M3.4 4.2a2.6 2.4 0 1 1 3.6 2.2q-1 .5 -1 1.5M6 10v1', line: 1.7 }],
};

/** The icons of a verdict: a tick, so that it is not confused with the state of a VM. */
const SEAL_MARKS: Record<Tone, readonly MarkPart[]> = {
  ...MARKS,
  ok: [{ d: 'M1.6 6.4L4.9 9.8L10.6 2.6', line: 2 }],
};

/** A tick that is solid only halfway: isolated by what was checked, and not all of it was. */
const PARTIAL_SEAL: readonly MarkPart[] = [
  { d: 'M1.6 6.4L4.9 9.8L6.4 7.9', line: 2 },
  { d: 'M8.2 5.6L8.6 5.1M10.3 3L10.6 2.6', line: 1.7 },
];

/** The icon of a verdict of a tone; `isPartial`: not all of its points were checked. */
export const sealMark = (tone: Tone, isPartial: boolean): readonly MarkPart[] =>
  isPartial && tone === 'ok' ? PARTIAL_SEAL : SEAL_MARKS[tone];
