import { AppError, note, run, someNames } from '../../contract';
import { nearNames } from '../core/suggest-names';
import type { ObservedVm } from '../ports/observed';
import type { HostRow } from '../ports/store';

type HostName = Pick<HostRow, 'name'>;

/** Bad: importing from a host that this engine has not observed yet. */
export function assertHostObserved<T>(host: HostName, seen: T | null): asserts seen is T {
  if (seen !== null) return;
  throw new AppError('STATE_ILLEGAL', `The host "${host.name}" has not been observed yet`, {
    rule: 'IMPORT',
    field: 'host',
    remedy: note('Wait until it is up, or sync it.'),
  });
}

/** Bad: `host import node1` and nothing else; one new name for two objects. */
export function assertNotEmpty(
  { vms, bridges, name }: { vms: readonly string[]; bridges: readonly string[]; name?: string | undefined },
  host: HostName,
): void {
  const count = vms.length + bridges.length;
  if (count === 0)
    throw new AppError('BAD_INPUT', 'No VM or bridge is named', {
      field: 'vms',
      remedy: run('hosts.show', { host: host.name }, 'Name VMs or bridges of the host to import.'),
    });
  if (count > 1 && name !== undefined)
    throw new AppError('BAD_INPUT', `One new name can't be used for ${count} objects`, {
      field: 'name',
      remedy: note('Import them one by one, or rename them afterwards.'),
    });
}

/** Bad: a VM or bridge that the host does not have, or that Atoll already manages. */
export function notFound(host: HostName, field: 'vms' | 'bridges', ref: string, there: readonly string[]): AppError {
  const kind = field === 'vms' ? 'VM' : 'bridge';
  const near = nearNames(ref, new Set(there));
  return new AppError('NOT_FOUND', `The host "${host.name}" has no unmanaged ${kind} "${ref}"`, {
    field,
    remedy: note(
      near.length > 0
        ? `Did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`
        : `It has: ${there.length === 0 ? 'none' : someNames(there)}.`,
    ),
  });
}

/** Bad: two VMs of the host are called "web", in virt-manager's titles. */
export function ambiguous(ref: string, vms: readonly ObservedVm[]): AppError {
  return new AppError('AMBIGUOUS', `${vms.length} VMs of the host are called "${ref}"`, {
    field: 'vms',
    remedy: note(`Use the id: ${vms.map(({ id }) => id).join(' or ')}.`),
  });
}

/** Bad: whatever `whyNotBridge` and `whyNotVm` report. */
export function assertImportable(what: string, why: string | null, field: 'vms' | 'bridges'): void {
  if (why === null) return;
  throw new AppError('RULE_BROKEN', `${what} can't be imported: ${why}`, {
    rule: 'IMPORT',
    field,
    remedy: note('Nothing was changed. The host shows what can be imported, and why the rest cannot be.'),
  });
}

/**
 * Bad: sealing br-lab while "db", which Atoll does not manage, is on it: it would be disconnected. `users`: VMs that stay
 * unmanaged.
 */
export function assertVmsIncluded(bridge: string, users: readonly ObservedVm[]): void {
  if (users.length === 0) return;
  const names = someNames(users.map(({ name }) => `"${name}"`));
  throw new AppError(
    'RULE_BROKEN',
    `The bridge ${bridge} is used by ${names}, and only VMs that Atoll manages can be on an isolated network`,
    {
      rule: 'IMPORT',
      field: 'withVms',
      remedy: note('Import them too, or remove their NICs from the bridge first.'),
    },
  );
}

/** Bad: importing a bridge while an import of it runs. */
export function assertNoImportRunning(host: HostName, underWay: boolean): void {
  if (!underWay) return;
  throw new AppError('CONFLICT', `An import from the host "${host.name}" is running`, {
    rule: 'IMPORT',
    field: 'host',
    remedy: note('Wait for that job to end.'),
  });
}

/** A name on a host that Atoll does not accept. */
export function badName(what: string, name: string, why: string): AppError {
  return new AppError('BAD_INPUT', `The name ${JSON.stringify(name)} of the ${what} ${why}`, {
    field: 'name',
    remedy: note('Import it alone, with another name.'),
  });
}

/** Bad: the data center already has a VM "web", or a network br-lab. */
export function takenName(what: string, name: string): AppError {
  return new AppError('CONFLICT', `The data center already has a ${what} "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note('Import it alone, with another name; it keeps its own name on its host.'),
  });
}

/** Bad: a copy of a VM that kept its MAC addresses. */
export function takenMac(vm: string, mac: string, holder: string): AppError {
  return new AppError('CONFLICT', `The VM "${vm}" has the MAC address ${mac}, which "${holder}" has too`, {
    rule: 'O5',
    field: 'vms',
    remedy: note(`Change the address on its host (virsh edit), then import it.`),
  });
}
