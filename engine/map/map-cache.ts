import type { AtollMap } from '../../contract';
import { atollMap } from '../islands/islands';
import type { IslandRows } from '../islands/rows';
import type { Repositories, Store } from '../ports/store';

/**
 * The rows that the map is made of, and the map, kept until something that they are made of changes. At rest, with 10,000
 * VMs, a look at the map then costs nothing but its journey to the screen.
 */
export class MapCache {
  private rowsNow: IslandRows | null = null;
  private mapNow: AtollMap | null = null;

  constructor(private readonly store: Store) {
    store.onCommit((touched) => {
      if (touched.some(({ kind }) => MADE_OF.has(kind))) this.forget();
    });
  }

  rows(): IslandRows {
    return (this.rowsNow ??= readRows(this.store));
  }

  map(): AtollMap {
    return (this.mapNow ??= atollMap(this.rows()));
  }

  private forget(): void {
    this.rowsNow = null;
    this.mapNow = null;
  }
}

/** A vNIC's change touches its VM. */
const MADE_OF: ReadonlySet<string> = new Set(['host', 'network', 'attachment', 'vm']);

function readRows(store: Repositories): IslandRows {
  return {
    hosts: store.hosts.list(),
    networks: store.networks.list(),
    vms: store.vms.list(),
    vnics: store.vnics.list(),
    attachments: store.attachments.list(),
  };
}
