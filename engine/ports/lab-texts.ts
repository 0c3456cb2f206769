/** A parsed and valid lab file, in a form that passes between threads at the cost of a copy. */
export interface LabText {
  /** The `LabFile` as JSON. */
  readonly file: string;
  /** The content of the text, without the defaults, as JSON: its values in the order of the text. */
  readonly plain: string;
  /** The line of each value of `plain`, from 1, parents first. */
  readonly lines: Int32Array;
}

/**
 * Parses untrusted lab files outside the engine's thread and within a time limit: whatever a file contains, other calls are
 * answered. Throws BAD_INPUT with the line if it is no lab file, or takes too much time or memory to parse.
 */
export interface LabTexts {
  read(text: string): Promise<LabText>;
}
