import { type PreviewLine, say } from '../../contract';
import { lookAlikeOf, shapeOf } from '../../contract/state/look-alike';
import type { Repositories } from '../ports/store';
import type { Emit } from './events';

type Kind = 'vm' | 'network';
interface Named {
  readonly id: string;
  readonly name: string;
  readonly dataCenterId: string;
}

/** More of one command are listed by none of the doors. */
const MOST = 20;

/**
 * Notices which VMs and networks a command names, by its events, and warns if one looks like another of its data center. Every door
 * comes through here; the forms of the screens have the same rule while a name is typed.
 */
export class LookAlikes {
  private readonly named = new Map<string, Kind>();

  constructor(private readonly tx: Repositories) {}

  /** The same, with what it notices. */
  noticing(emit: Emit): Emit {
    return (type, severity, message, subjects = {}, undo = null) => {
      const { vmId, networkId } = subjects;
      const isRenamed = undo !== null && 'was' in undo.change && isNameChanged(undo.change);
      if (vmId !== undefined && (type === 'vm.added' || (type === 'vm.updated' && isRenamed)))
        this.named.set(vmId, 'vm');
      if (networkId !== undefined && (type === 'network.added' || (type === 'network.updated' && isRenamed)))
        this.named.set(networkId, 'network');
      emit(type, severity, message, subjects, undo);
    };
  }

  /** Notes a VM that has no event of its own. */
  note(vmId: string): void {
    this.named.set(vmId, 'vm');
  }

  /** The warnings, each an event too. */
  warnings(emit: Emit): PreviewLine[] {
    const found = (['vm', 'network'] as const).flatMap((kind) => this.ofKind(kind)).slice(0, MOST);
    for (const { id, params } of found)
      emit('name.alike', 'warning', say('name.alike', params), params.kind === 'vm' ? { vmId: id } : { networkId: id });
    return found.map(({ params }) => say('preview.name.alike', params));
  }

  private ofKind(kind: Kind) {
    const ids = [...this.named].flatMap(([id, of]) => (of === kind ? [id] : []));
    if (ids.length === 0) return [];
    const all = this.all(kind);
    const known = new Map(all.map((each) => [each.id, each]));
    const similar = byShape(all);
    return ids.flatMap((id) => {
      const own = known.get(id);
      if (!own) return [];
      const alike = lookAlikeOf(own.name, similar.get(shapeKey(own, own.name.trim())) ?? []);
      return alike ? [{ id, params: { kind, name: own.name, ...alike } }] : [];
    });
  }

  private all(kind: Kind): readonly Named[] {
    return kind === 'vm' ? this.tx.vms.columns(['id', 'name', 'dataCenterId']) : this.tx.networks.list();
  }
}

const shapeKey = ({ dataCenterId }: Named, name: string): string => `${dataCenterId} ${shapeOf(name)}`;

/** Those of a data center that look the same: a thousand new names are each compared with few others. */
function byShape(all: readonly Named[]): Map<string, Named[]> {
  const groups = new Map<string, Named[]>();
  for (const each of all) {
    const key = shapeKey(each, each.name);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return groups;
}

function isNameChanged({ was, now }: { readonly was: unknown; readonly now?: unknown }): boolean {
  const nameOf = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return nameOf(was) !== nameOf(now);
}
