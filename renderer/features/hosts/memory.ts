import { text } from './text';

/** MiB in readable units: "512 MiB", "15.6 GiB". */
export const gib = (mib: number): string => (mib < 1024 ? text.mib(mib) : text.gib((mib / 1024).toFixed(1)));

/** A part of a total, in the total's unit, without the unit: "63.0" of "64.0 GiB". */
export const gibOf = (part: number, whole: number): string => (whole < 1024 ? `${part}` : (part / 1024).toFixed(1));
