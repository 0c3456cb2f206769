import type { SubjectDraft } from '../../contract';
import type { SubjectRow } from '../ports/store';
import { nameOf } from './members';
import type { World } from './world';

/** How many things have a name in a data center: a sentence names the kind of a subject only where its name alone is ambiguous. */
export class Names {
  private counts: Map<string, number> | null = null;

  constructor(private readonly world: World) {}

  /** Names have changed. */
  forget(): void {
    this.counts = null;
  }

  said(dataCenterId: string, subject: SubjectRow): SubjectDraft {
    const name = nameOf(this.world, subject) ?? subject.name;
    const count = this.counted().get(`${dataCenterId} ${name}`) ?? 0;
    return { kind: count > 1 ? subject.kind : null, name };
  }

  private counted(): Map<string, number> {
    if (this.counts) return this.counts;
    const counts = new Map<string, number>();
    const { vms, networks, hosts, groups } = this.world;
    const add = (dataCenterId: string, name: string): void => {
      const key = `${dataCenterId} ${name}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    };
    for (const { dataCenterId, name } of [...vms.values(), ...networks.values(), ...groups.values()])
      add(dataCenterId, name);
    const labels = new Set<string>();
    const label = (dataCenterId: string, name: string | null): void => {
      if (name !== null) labels.add(`${dataCenterId} ${name}`);
    };
    for (const { dataCenterId, name, labels: own } of hosts.values()) {
      add(dataCenterId, name);
      for (const each of own) label(dataCenterId, each);
    }
    for (const { dataCenterId, label: own } of networks.values()) label(dataCenterId, own);
    for (const key of labels) counts.set(key, (counts.get(key) ?? 0) + 1);
    return (this.counts = counts);
  }
}
