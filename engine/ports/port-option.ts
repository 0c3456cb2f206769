/** A setting of a bridge port that differs from a plain bridge; each in the terms of the driver's own tools. */
export interface PortOption {
  readonly name: string;
  readonly wanted: string;
  readonly actual: string;
}
