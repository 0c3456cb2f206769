import { z } from 'zod';
import { Actor } from '../contract';
import type { Restored } from '../engine/ports/store';
import { translating } from './errors';
import { openSqlite } from './native';
import { protect } from './protect';

/** Where `meta` has the note of a restore. */
export const RESTORED = 'restored';

const Note = z.object({ from: z.string(), kept: z.string().nullable(), by: Actor, connect: z.boolean() });

/** A note that can't be read still says that the store was restored, and nothing was confirmed. */
export const readRestored = (value: unknown): Restored =>
  Note.safeParse(value).data ?? {
    from: 'a backup',
    kept: null,
    by: { user: 'unknown', door: 'unknown' },
    connect: false,
  };

/**
 * Notes in a verified copy of a backup, of any version, that it is about to take the store's place. The note is in the file before
 * the file has the store's name, so whichever engine starts on it finds the note, also after a crash.
 */
export function noteRestored(path: string, restored: Restored): void {
  translating(() => {
    const sqlite = openSqlite(path);
    try {
      protect(sqlite);
      // One plain file: in WAL mode the note would be in a file beside it.
      sqlite.pragma('journal_mode = DELETE');
      sqlite
        .prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
        .run(RESTORED, JSON.stringify(restored));
    } finally {
      sqlite.close();
    }
  });
}
