import { AppError, FORWARD_ADDRESS, isRunning, run } from '../../contract';
import type { Core } from '../context';
import type { Scope } from '../core/scope';
import { outsideNetwork } from '../plan/model/outside-network';
import { addForward } from '../outside/forwards';
import { enableOutside, hasOutside } from '../outside/enabling';
import type { HostRow, NetworkRow, VmRow } from '../ports/store';
import { addVnic } from '../vms/vnic-rows';
import { DEMO_COMMENT, GATEWAY } from './parts';

/** The tiny guest's web server. */
const WEB = 80;

/** Bad: an uplink of a simulated data center: nothing in it reaches a real network. */
export function ruleS12ScenarioHasNoOutside(outside: boolean): void {
  if (!outside) return;
  throw new AppError('NOT_SUPPORTED', 'A simulated data center has no uplink', {
    rule: 'S12',
    field: 'outside',
    remedy: run('demo.add', { outside: true }, 'Only the demo in a lab on this computer can have an uplink.'),
  });
}

/** Puts the demo's gateway on the network outside and forwards a port to its page, unless done. Returns the link. */
export function openGateway(core: Core, scope: Scope, host: HostRow, port: number): string {
  const vm = scope.tx.vms.ofHost(host.id).find(({ name }) => name === GATEWAY);
  if (!vm) throw new AppError('INTERNAL', `The demo has no ${GATEWAY}`);
  const network = ensureOutside(scope, host, vm.dataCenterId);
  ensureVnic(core, scope, vm, network);
  const known = scope.tx.forwards.ofVm(vm.id).find((row) => row.protocol === 'tcp' && row.guestPort === WEB);
  const forward = known ?? addForward(scope, vm, { protocol: 'tcp', guestPort: WEB, hostPort: port });
  return `http://${FORWARD_ADDRESS}:${forward.hostPort}/`;
}

function ensureOutside(scope: Scope, host: HostRow, dataCenterId: string): NetworkRow {
  const found = outsideNetwork(scope.tx, dataCenterId);
  return found && hasOutside(scope, host, found) ? found : enableOutside(scope, host, DEMO_COMMENT);
}

/** Bad: a running gateway: a tiny guest learns its addresses only when it boots. */
function ensureVnic(core: Core, scope: Scope, vm: VmRow, network: NetworkRow): void {
  if (scope.tx.vnics.ofVm(vm.id).some((vnic) => vnic.networkId === network.id)) return;
  if (isRunning(vm.state)) {
    throw new AppError('STATE_ILLEGAL', `The demo is already running, and its ${GATEWAY} is not on the outside`, {
      remedy: run('vms.stop', { vm: GATEWAY }, 'Stop it, then run the demo with the uplink again.'),
    });
  }
  addVnic(scope, core.store.storeId, vm, { network: network.id, plugged: true, linked: true });
}
