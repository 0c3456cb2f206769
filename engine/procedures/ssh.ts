import { AppError, hostAllows, type HostSecrets, isActive, note, say, type SshHow } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import type { Core } from '../context';
import { secretOwner } from '../ports/secrets';
import type { HostRow } from '../ports/store';
import { activateJob, beginActivation } from '../hosts/adding';
import { presentHost } from '../hosts/present';

/** Questions about hosts that are reached over SSH, before and after they are added. */
export function sshHandlers(core: Core) {
  const { os, refs, command, hosts, actors } = core;
  return {
    hostKey: os.hosts.hostKey.handler(async ({ input }) => ({
      ask: await hosts.hostKey(input.how, input.secrets ?? null),
    })),
    examine: os.hosts.examine.handler(async ({ input }) => ({
      checks: await hosts.examine(input.how, { secrets: input.secrets ?? null }),
    })),
    check: os.hosts.check.handler(async ({ input }) => {
      const host = refs.host(input.host);
      return { checks: await hosts.examine(host.how, { hostId: host.id }) };
    }),
    unlock: os.hosts.unlock.handler(
      command((scope, { host: ref, secrets }) => {
        const host = scope.refs.host(ref);
        requireSecrets(host);
        requireUsed(host, secrets);
        const connects = host.state !== 'maintenance' && hostAllows(host.state, 'activate');
        if (connects) beginActivation(scope, host);
        const job = connects
          ? { job: activateJob('hosts.unlock', say('hosts.unlock', { host: host.name }), host) }
          : {};
        return {
          output: { host: presentHost(scope.tx.hosts.get(host.id) ?? host, actors) },
          committed: () => core.secrets.put(host.id, secretOwner(host.how), secrets),
          lines: [say('preview.host.unlock', { host: host.name, connects })],
          ...job,
        };
      }),
    ),
  };
}

/** Bad: a password for a lab, or for a computer on which polkit asks for it itself. */
function requireSecrets({ name, how }: HostRow): void {
  if (how.kind === 'ssh' || (how.kind === 'local' && how.via === 'sudo')) return;
  throw new AppError('BAD_INPUT', `The host "${name}" needs no password`, { field: 'host' });
}

/** Bad: a password that nothing would ask for. Users who give one for sudo might confuse the two. */
export function requireUsed({ name, how }: HostRow, { password, sudoPassword }: HostSecrets): void {
  if (how.kind !== 'ssh') return;
  if (password !== undefined && how.auth !== 'password')
    throw new AppError('BAD_INPUT', `Nothing signs in to "${name}" with a password`, {
      field: 'password',
      remedy: note(how.sudo ? 'Give it as the password for sudo.' : 'Leave it out, or add the host without a key.'),
    });
  if (sudoPassword !== undefined && !how.sudo)
    throw new AppError('BAD_INPUT', `Nothing uses sudo on "${name}"`, {
      field: 'sudoPassword',
      remedy: note('Leave it out: sudo is not used to become root there.'),
    });
}

function requireSsh({ name, how }: HostRow): SshHow {
  if (how.kind === 'ssh') return how;
  throw new AppError('BAD_INPUT', `The host "${name}" is not reached over SSH`, { field: 'host' });
}

/** Adds a key that a user has confirmed to known_hosts, if the host shows it. Nothing of it stays in the database. */
export async function acceptKey(core: Core, host: HostRow, fingerprint: string, place: string | null): Promise<void> {
  await core.hosts.acceptHostKey(host.id, requireSsh(host), fingerprint, place);
}

/** An active host is connected again with its current connection settings. */
export function connectByNewKey(core: Core, scope: Scope, host: HostRow): Pick<Outcome<object>, 'job' | 'committed'> {
  requireSsh(host);
  if (!isActive(host.state)) return {};
  if (hostAllows(host.state, 'activate')) beginActivation(scope, host);
  const job = activateJob('hosts.update', say('hosts.connect_by_new_key', { host: host.name }), host);
  return { job, committed: () => core.actors.release(host.id) };
}
