import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const side = z.int().min(-100_000).max(100_000);
export const WindowPlace = z.strictObject({ x: side, y: side, width: side, height: side, maximized: z.boolean() });
export type WindowPlace = z.infer<typeof WindowPlace>;

const Settings = z.object({
  window: WindowPlace.nullable().catch(null).default(null),
  /** When the last window is closed, the app stays in the tray while VMs run or jobs are open; else it asks. */
  keepRunning: z.boolean().catch(true).default(true),
  /** Whether the person was informed that the app keeps running in the tray. */
  knowsOfTray: z.boolean().catch(false).default(false),
});
export type Settings = z.infer<typeof Settings>;

/** What the shell keeps on this computer, in one file. A file that can't be read is no reason not to start. */
export class SettingsFile {
  #settings: Settings;

  constructor(private readonly path: string) {
    const found = Settings.safeParse(read(path));
    this.#settings = found.success ? found.data : Settings.parse({});
  }

  get now(): Settings {
    return this.#settings;
  }

  keep(patch: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...patch };
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      writeFileSync(`${this.path}.part`, JSON.stringify(this.#settings), { mode: 0o600 });
      renameSync(`${this.path}.part`, this.path);
    } catch {
      // A full or read-only disk: the choice holds until the app ends.
    }
  }
}

function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
