/** What main and the engine's process say to each other. Calls of the screens go over ports of their own, never through here. */

import type { ReaderAnswer } from '../app/read-backup';
import type { Remedy } from '../contract/model/remedy';
import type { FileUse } from '../contract/shell';

/** How much there is to go on for, as the tray shows it. */
export interface EngineStatus {
  readonly vmsUp: number;
  /** Titles of the jobs that are open, a few. */
  readonly jobs: readonly string[];
}

/** Something that needs a person. `to`: the screen that shows it. */
export interface Notice {
  readonly title: string;
  readonly words: string;
  readonly to: string;
}

export type ToEngine =
  /** Carries the ports to serve. */
  | { readonly kind: 'serve' }
  | { readonly kind: 'end' }
  /** This computer has woken from sleep. */
  | { readonly kind: 'woke' }
  /** Puts every running lab's host into maintenance and ends the lab; answered by `labs-stopped`. */
  | { readonly kind: 'stop-labs' }
  /** A person has chosen this file in a dialog: the screens may name it. Answered by `file-granted`. */
  | { readonly kind: 'grant-file'; readonly id: number; readonly use: FileUse; readonly path: string }
  /** The answer to `read-backup`. */
  | { readonly kind: 'backup-read'; readonly id: number; readonly answer: ReaderAnswer }
  /** The keychain's answer to `seal` or `open`; null: it can't. */
  | { readonly kind: 'answer'; readonly id: number; readonly text: string | null };

export type FromEngine =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: Remedy | null }
  | { readonly kind: 'status'; readonly status: EngineStatus }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'file-granted'; readonly id: number }
  | { readonly kind: 'labs-stopped'; readonly problem: string | null }
  /** Only main can start a process: it has one read this file, for so long at most. */
  | { readonly kind: 'read-backup'; readonly id: number; readonly path: string; readonly timeMs: number }
  | { readonly kind: 'seal' | 'open'; readonly id: number; readonly text: string };
