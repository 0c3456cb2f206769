import type { VmState } from '../../contract';
import type { Core } from '../context';
import { ENGINE } from '../core/events';
import { startDraft } from './start-vm';

/** States from which it is started. A suspended VM resumes, as libvirt's own autostart would have it. */
const STARTABLE: ReadonlySet<VmState> = new Set(['down', 'suspended']);

/**
 * Starts the VMs with autostart of each host that was seen to have restarted, for the first time since. Networks come first, as in
 * every start (rule S8), which is why libvirt does not do it. Returns the function that ends this.
 */
export function followRestarts({ actors, store, jobs }: Core): () => void {
  return actors.onRestarted((hostId) => {
    const host = store.hosts.get(hostId);
    if (host === undefined) return;
    const due = store.vms.ofHost(hostId).filter(({ autostart, state }) => autostart && STARTABLE.has(state));
    for (const vm of due) jobs.submit(() => startDraft('vms.start', vm, host), ENGINE);
  });
}
