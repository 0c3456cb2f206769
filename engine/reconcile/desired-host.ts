import type { EntityKind } from '../../contract';
import { type WantedHost, rowsOfHost, wantedFor } from '../plan/model/wanted';
import type { Store, Touched } from '../ports/store';
import { gone } from './record/host-row';

/** Commits that only touch these decide nothing about the networks of a host. */
const IRRELEVANT: ReadonlySet<EntityKind> = new Set<EntityKind>([
  'job',
  'check',
  'note',
  'preferences',
  'trash',
  'image',
]);

/** The desired state of a host, read again only after a relevant commit: a host at rest is observed without a read of its rows. */
export class DesiredHost {
  private read: { readonly wanted: WantedHost; readonly isStretched: boolean } | null = null;
  /** Unsubscribes from commits. */
  readonly close: () => void;

  constructor(
    private readonly store: Store,
    private readonly hostId: string,
  ) {
    this.close = store.onCommit((touched) => {
      if (touched.some((thing) => this.dependsOn(thing))) this.read = null;
    });
  }

  /** A stretched network is made of what all its hosts have. */
  private dependsOn({ kind, id }: Touched): boolean {
    if (this.read?.isStretched !== true) {
      if (kind === 'host') return id === this.hostId;
      if (kind === 'attachment') return id.endsWith(`/${this.hostId}`);
    }
    return !IRRELEVANT.has(kind);
  }

  /** @throws AppError NOT_FOUND if the host was removed */
  now(): WantedHost {
    if (this.read) return this.read.wanted;
    const rows = rowsOfHost(this.store, this.hostId);
    if (!rows) throw gone();
    const wanted = wantedFor(this.store.storeId, rows);
    this.read = { wanted, isStretched: rows.stretch !== undefined };
    return wanted;
  }
}
