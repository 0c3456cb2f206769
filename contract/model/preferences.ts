import { z } from 'zod';

/** The maximum number of expanded islands that are stored; the rest collapse again. */
export const MAX_UNFOLDED = 2_000;

/** The tables with configurable columns. */
export const TABLES = ['networks', 'hosts', 'vms', 'events'] as const;
export type TableId = (typeof TABLES)[number];

const ColumnIds = z.array(z.string().min(1).max(40)).max(40);

/** The user's arrangement of a table's columns: their order, and which are hidden. A column in neither list has its default position. */
export const TableColumns = z.strictObject({ order: ColumnIds, hidden: ColumnIds });
export type TableColumns = z.infer<typeof TableColumns>;

/**
 * A user's UI arrangement: stored in the database for each OS user, shared by all of their windows. A closed list: nothing else is
 * stored.
 */
export const Preferences = z.strictObject({
  /** The aspect ratio (width / height) that the map was first laid out for; null until then. Resizing the window moves nothing. */
  mapAspect: z.number().min(0.2).max(10).nullable(),
  /** Ids of the islands that were expanded on the map. */
  mapUnfolded: z.array(z.string().min(1).max(100)).max(MAX_UNFOLDED),
  /** The tables whose columns were configured. */
  tables: z.partialRecord(z.enum(TABLES), TableColumns),
});
export type Preferences = z.infer<typeof Preferences>;

/** The defaults. */
export const DEFAULT_PREFERENCES: Preferences = { mapAspect: null, mapUnfolded: [], tables: {} };

/** A user's preferences with the user's name, which identifies them in the live feed. */
export const OwnPreferences = z.object({ user: z.string(), preferences: Preferences });
export type OwnPreferences = z.infer<typeof OwnPreferences>;
