import { VnicPayload } from '../vms/vnic-jobs';
import type { Core } from '../context';
import { presentVnic } from '../vms/present';
import { VERBS, addHandler, plugHandler, linkHandler, moveHandler, removeVnicHandler } from '../vms/vnic-commands';
import { runVnicJob } from '../vms/vnic-jobs';

export function vnicHandlers(core: Core) {
  const { os, store, refs, command } = core;
  for (const verb of VERBS) core.kinds.define(`vnics.${verb}`, VnicPayload, (job) => runVnicJob(core, job));
  return {
    list: os.vnics.list.handler(({ input }) => {
      const vm = input.vm === undefined ? undefined : refs.vm(input.vm);
      const network = input.network === undefined ? undefined : refs.network(input.network);
      const rows = vm ? store.vnics.ofVm(vm.id) : network ? store.vnics.ofNetwork(network.id) : store.vnics.list();
      return rows.filter((row) => !network || row.networkId === network.id).map(presentVnic);
    }),
    add: os.vnics.add.handler(command((scope, input) => addHandler(scope, store.storeId, input))),
    plug: os.vnics.plug.handler(command((scope, input) => plugHandler(scope, input, true))),
    unplug: os.vnics.unplug.handler(command((scope, input) => plugHandler(scope, input, false))),
    link: os.vnics.link.handler(command((scope, input) => linkHandler(scope, input))),
    move: os.vnics.move.handler(command((scope, input) => moveHandler(scope, input))),
    remove: os.vnics.remove.handler(command((scope, input) => removeVnicHandler(scope, input))),
  };
}
