import { z } from 'zod';

/** Islands that may be kept unfolded; past these a person has stopped folding, and the rest fold again. */
export const MAX_UNFOLDED = 2_000;

/** The tables whose columns a person may choose. */
export const TABLES = ['networks', 'hosts', 'vms', 'events'] as const;
export type TableId = (typeof TABLES)[number];

const ColumnIds = z.array(z.string().min(1).max(40)).max(40);

/** A table's columns as a person has put them: the order of all, and which are not shown. One that is in neither stands where it is made. */
export const TableColumns = z.strictObject({ order: ColumnIds, hidden: ColumnIds });
export type TableColumns = z.infer<typeof TableColumns>;

/**
 * How one person has arranged the screens: kept in the store for each OS user, the same in all of their windows.
 * A closed list: what is not named here is not kept.
 */
export const Preferences = z.strictObject({
  /** Width by height of the space that the map was first laid out for; null until then. A window made larger moves nothing. */
  mapAspect: z.number().min(0.2).max(10).nullable(),
  /** Ids of the islands that were unfolded on the map. */
  mapUnfolded: z.array(z.string().min(1).max(100)).max(MAX_UNFOLDED),
  /** The tables whose columns were chosen. */
  tables: z.partialRecord(z.enum(TABLES), TableColumns),
});
export type Preferences = z.infer<typeof Preferences>;

/** What holds until a person chooses otherwise. */
export const DEFAULT_PREFERENCES: Preferences = { mapAspect: null, mapUnfolded: [], tables: {} };

/** A person's preferences, and whose they are: the live feed tells them by this name. */
export const OwnPreferences = z.object({ user: z.string(), preferences: Preferences });
export type OwnPreferences = z.infer<typeof OwnPreferences>;
