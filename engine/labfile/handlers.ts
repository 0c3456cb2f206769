import type { Core } from '../core/core';
import type { Outcome, Scope } from '../core/command';
import { applyHosts } from './apply-hosts';
import { applyNetworks } from './apply-networks';
import { applyVms } from './apply-vms';
import { Applying } from './applying';
import { applyJob, runApply } from './job';
import { parseLabFile } from './parse';
import { applyPlaces } from './places';
import { writeLabFile } from './write';

export function labfileHandlers(core: Core) {
  const { os, store, refs, command, kinds } = core;
  kinds.define('labfile.apply', (job) => runApply(core, job));
  return {
    export: os.labfile.export.handler(({ input }) => {
      const { id, name } = refs.dataCenter(input.dataCenter);
      return { dataCenter: name, text: writeLabFile(store, id) };
    }),
    apply: os.labfile.apply.handler(command((scope, { text }) => apply(core, scope, text))),
  };
}

function apply(core: Core, scope: Scope, text: string): Outcome<{ dataCenter: string; plan: string[] }> {
  const applying = new Applying(core, scope, parseLabFile(text));
  applyPlaces(applying);
  // Hosts after networks, so that a new host is set up with all of them at once; VMs stand on both.
  applyNetworks(applying);
  applyHosts(applying);
  applyVms(applying);
  const { plan, toBringUp, toConverge } = applying;
  const job = applyJob(applying);
  const words = plan.length > 0 ? plan : ['nothing: all is as the file says'];
  return {
    output: { dataCenter: applying.parsed.file.dataCenter, plan: words },
    words,
    hosts: [...toBringUp.keys(), ...toConverge.keys()],
    ...(job ? { job } : {}),
  };
}
