import { type KeptNote, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import type { NetworkAttachmentKey, Repositories } from '../ports/store';

interface Input {
  readonly network: string;
  readonly host: string;
  readonly note: string;
}

/** The note on an island; empty: none. */
export const noteOf = (tx: Repositories, key: NetworkAttachmentKey): string => tx.notes.get(key)?.note ?? '';

/** `map.note`: concerns no host. It stays while network and host exist, even if the island is empty for a while. */
export function noteHandler(scope: Scope, input: Input): Outcome<{ note: KeptNote }> {
  const { tx } = scope;
  const [network, host] = [scope.refs.network(input.network), scope.refs.host(input.host)];
  const key = { networkId: network.id, hostId: host.id };
  const [was, now] = [noteOf(tx, key), input.note.trim()];
  const output = { note: { ...key, note: now } };
  if (was === now) return { output, lines: [say('preview.nothing', {})] };
  if (now === '') tx.notes.remove(key);
  else tx.notes.put({ ...key, note: now });
  const on = { network: network.name, host: host.name };
  const message = now === '' ? say('network.note_removed', on) : say('network.noted', { ...on, note: now });
  const words = say(now === '' ? 'undo.note.removed' : 'undo.note.written', on);
  scope.emit('network.noted', 'normal', message, key, { words, change: { kind: 'network.noted', ...key, was, now } });
  return { output, lines: [say(now === '' ? 'preview.network.remove_note' : 'preview.network.note', on)] };
}
