import type { Action, ObjectKind, Objects } from './action';
import { CLUSTER_ACTIONS, HOST_ACTIONS } from './host-actions';
import { NETWORK_ACTIONS } from './network-actions';
import { VM_ACTIONS } from './vm-actions';

/**
 * All actions by the kind of object. Buttons, menus, the palette, the bulk bar, context menus and keys are built from this table,
 * so that a new verb is one entry.
 */
export const ACTIONS: { readonly [K in ObjectKind]: readonly Action<Objects[K]>[] } = {
  vm: VM_ACTIONS,
  network: NETWORK_ACTIONS,
  host: HOST_ACTIONS,
  cluster: CLUSTER_ACTIONS,
};
