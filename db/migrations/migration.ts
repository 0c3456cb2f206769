/** One step of the schema. Once released it is never edited: a change of mind is the next migration. */
export interface Migration {
  /** Rising from 1 without gaps; what PRAGMA user_version says when it is done. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}
