import type { Action, ObjectKind, Objects } from './action';
import { CLUSTER_ACTIONS, HOST_ACTIONS } from './host-actions';
import { NETWORK_ACTIONS } from './network-actions';
import { VM_ACTIONS } from './vm-actions';

/**
 * Every action, by the kind of object it is for. Buttons, menus, the palette, the bar for many objects, context menus and keys are
 * drawn from here, so that a new verb is one entry.
 */
export const ACTIONS: { readonly [K in ObjectKind]: readonly Action<Objects[K]>[] } = {
  vm: VM_ACTIONS,
  network: NETWORK_ACTIONS,
  host: HOST_ACTIONS,
  cluster: CLUSTER_ACTIONS,
};
