/** A lab file that was read and found sound, in a form that passes between threads at the cost of a copy. */
export interface LabText {
  /** The `LabFile` as JSON. */
  readonly file: string;
  /** What the text says, without the defaults, as JSON: its values in the order of the text. */
  readonly plain: string;
  /** The line of each value of `plain`, from 1, each before those within it. */
  readonly lines: Int32Array;
}

/**
 * Reads lab files, which anybody may have written, away from the engine's thread and for a limited time: whatever is in one, other
 * calls are answered. Throws BAD_INPUT with the line when it is no lab file, or takes too long or too much memory to read.
 */
export interface LabTexts {
  read(text: string): Promise<LabText>;
}
