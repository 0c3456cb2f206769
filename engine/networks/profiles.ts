import { AppError, type ChangeOf, type EventMessage, type VnicProfile, type Written, note, say } from '../../contract';
import { newId } from '../core/ids';
import type { Outcome, Scope } from '../core/scope';
import type { NetworkRow, Repositories } from '../ports/store';

interface OfProfile {
  readonly network: string;
  /** Name or id. */
  readonly profile: string;
}

/** The vNIC profile of a network that `ref` names, by id or name. @throws AppError NOT_FOUND */
export function profileIn(tx: Repositories, network: Pick<NetworkRow, 'id' | 'name'>, ref: string): VnicProfile {
  const all = tx.vnicProfiles.ofNetwork(network.id);
  const found = all.find(({ id }) => id === ref) ?? all.find(({ name }) => name === ref);
  if (found) return found;
  throw new AppError('NOT_FOUND', `The network "${network.name}" has no vNIC profile "${ref}"`, {
    remedy: note(`It has ${all.map(({ name }) => `"${name}"`).join(', ')}.`),
    field: 'profile',
  });
}

/** `networks.addProfile`: concerns no host, as nothing does here. */
export function addProfile(
  scope: Scope,
  { network: ref, name }: { network: string; name: string },
): Outcome<{ profile: VnicProfile }> {
  const network = scope.refs.network(ref);
  const was = scope.tx.vnicProfiles.ofNetwork(network.id);
  assertNameFree(network, was, name);
  const profile = { id: newId(), networkId: network.id, name };
  const named = { profile: name, network: network.name };
  write(scope, network, [...was, profile], say('network.profile_added', named));
  return { output: { profile }, lines: [say('preview.profile.add', named)] };
}

export function renameProfile(
  scope: Scope,
  { name, ...input }: OfProfile & { readonly name: string },
): Outcome<{ profile: VnicProfile }> {
  const network = scope.refs.network(input.network);
  const old = profileIn(scope.tx, network, input.profile);
  if (old.name === name) return { output: { profile: old }, lines: [say('preview.nothing', {})] };
  const was = scope.tx.vnicProfiles.ofNetwork(network.id);
  assertNameFree(network, was, name);
  const profile = { ...old, name };
  const named = { profile: name, was: old.name, network: network.name };
  const now = was.map((each) => (each.id === old.id ? profile : each));
  write(scope, network, now, say('network.profile_renamed', named));
  return { output: { profile }, lines: [say('preview.profile.rename', named)] };
}

export function removeProfile(scope: Scope, input: OfProfile): Outcome<object> {
  const network = scope.refs.network(input.network);
  const { id, name } = profileIn(scope.tx, network, input.profile);
  const now = scope.tx.vnicProfiles.ofNetwork(network.id).filter((each) => each.id !== id);
  const named = { profile: name, network: network.name };
  write(scope, network, now, say('network.profile_removed', named));
  return { output: {}, lines: [say('preview.profile.remove', named)] };
}

/** Undoes a change of profiles: those of before, with their ids. */
export function restoreProfiles(scope: Scope, { networkId, was }: ChangeOf<'network.profiles'>): Outcome<object> {
  const network = scope.refs.network(networkId);
  write(scope, network, was, say('network.updated', { network: network.name }));
  return { output: {}, lines: [say('preview.profile.restore', { network: network.name })] };
}

function write(
  { tx, emit }: Scope,
  network: NetworkRow,
  now: readonly VnicProfile[],
  message: Written<EventMessage>,
): void {
  const was = tx.vnicProfiles.ofNetwork(network.id);
  const kept = new Map(now.map((each) => [each.id, each]));
  const known = new Map(was.map((each) => [each.id, each]));
  for (const each of was) if (!kept.has(each.id)) assertRemovable(tx, network, each, now);
  for (const { id } of was) if (!kept.has(id)) tx.vnicProfiles.remove(id);
  for (const each of now) {
    if (!known.has(each.id)) tx.vnicProfiles.insert(each);
    else if (known.get(each.id)?.name !== each.name) tx.vnicProfiles.update(each.id, { name: each.name });
  }
  emit(
    'network.updated',
    'normal',
    message,
    { networkId: network.id },
    {
      words: say('undo.network.profiles', { network: network.name }),
      change: { kind: 'network.profiles', networkId: network.id, was, now: [...now] },
    },
  );
}

/** Bad: "lab" beside "lab" on one network. Other networks may have one of that name. */
function assertNameFree({ name: network }: NetworkRow, all: readonly VnicProfile[], name: string): void {
  if (!all.some((each) => each.name === name)) return;
  throw new AppError('CONFLICT', `The network "${network}" has a vNIC profile "${name}" already`, {
    remedy: note('Choose another name.'),
    field: 'name',
  });
}

/** Bad: the profile of a vNIC; the only one of its network, by which new vNICs are on it. */
function assertRemovable(
  tx: Repositories,
  network: NetworkRow,
  { id, name }: VnicProfile,
  left: readonly VnicProfile[],
): void {
  const users = tx.vnics.ofNetwork(network.id).filter(({ profileId }) => profileId === id);
  const vms = [...new Set(users.map(({ vmId }) => tx.vms.get(vmId)?.name ?? vmId))];
  if (vms.length > 0)
    throw new AppError('CONFLICT', `The vNIC profile "${name}" is used by ${vms.map((vm) => `"${vm}"`).join(', ')}`, {
      remedy: note('Give their vNICs another profile first.'),
      field: 'profile',
    });
  if (left.length === 0)
    throw new AppError('CONFLICT', `"${name}" is the only vNIC profile of the network "${network.name}"`, {
      remedy: note('Rename it, or create another one first.'),
      field: 'profile',
    });
}
