/** A setting of a bridge port that is not as on a plain bridge; each a word of the driver's own tools. */
export interface PortOption {
  readonly name: string;
  readonly wanted: string;
  readonly actual: string;
}
