import { AppError, type SshHow, hostAllows, isActive } from '../../contract';
import type { Outcome, Scope } from '../core/command';
import type { Core } from '../core/core';
import type { HostRow } from '../ports/store';
import { activateJob, beginActivation } from './adding';
import { presentHost } from './present';

/** What is asked about hosts that are reached over SSH, before and after they are added. */
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
        const connects = host.state !== 'maintenance' && hostAllows(host.state, 'activate');
        if (connects) beginActivation(scope, host);
        const job = connects ? { job: activateJob('hosts.unlock', `Unlock host ${host.name}`, host) } : {};
        return {
          output: { host: presentHost(scope.tx.hosts.get(host.id) ?? host, actors) },
          committed: () => core.secrets.put(host.id, secrets),
          words: [`give the engine the secrets of "${host.name}"${connects ? ', and connect it' : ''}`],
          ...job,
        };
      }),
    ),
  };
}

/** Bad: a password for a lab, or for a computer on which polkit asks for it itself. */
function requireSecrets({ name, how }: HostRow): void {
  if (how.kind === 'ssh' || (how.kind === 'local' && how.via === 'sudo')) return;
  throw new AppError('BAD_INPUT', `The host "${name}" asks for no password`, { field: 'host' });
}

function requireSsh({ name, how }: HostRow): SshHow {
  if (how.kind === 'ssh') return how;
  throw new AppError('BAD_INPUT', `The host "${name}" is not reached over SSH`, { field: 'host' });
}

/**
 * Writes that a host's new key was confirmed, in the place of those before it. A host that is active is connected anew by the
 * way as it is now.
 */
export function confirmKey(
  core: Core,
  scope: Scope,
  host: HostRow,
  fingerprint: string,
): Pick<Outcome<object>, 'job' | 'committed'> {
  const how: SshHow = { ...requireSsh(host), fingerprints: [fingerprint] };
  scope.tx.hosts.update(host.id, { how });
  if (!isActive(host.state)) return {};
  if (hostAllows(host.state, 'activate')) beginActivation(scope, host);
  const job = activateJob('hosts.update', `Connect host ${host.name} by its new key`, host);
  return { job, committed: () => core.actors.release(host.id) };
}
