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

/** The desired state of a host, read again only after a relevant commit: a change of 1,000 networks observes twice. */
export class DesiredHost {
  private wanted: WantedHost | null = null;
  /** Unsubscribes from commits. */
  readonly close: () => void;

  constructor(
    private readonly store: Store,
    private readonly hostId: string,
  ) {
    this.close = store.onCommit((touched) => {
      if (touched.some((thing) => this.dependsOn(thing))) this.wanted = null;
    });
  }

  private dependsOn({ kind, id }: Touched): boolean {
    if (kind === 'host') return id === this.hostId;
    return kind === 'attachment' ? id.endsWith(`/${this.hostId}`) : !IRRELEVANT.has(kind);
  }

  /** @throws AppError NOT_FOUND if the host was removed */
  now(): WantedHost {
    if (this.wanted) return this.wanted;
    const rows = rowsOfHost(this.store, this.hostId);
    if (!rows) throw gone();
    return (this.wanted = wantedFor(this.store.storeId, rows));
  }
}
