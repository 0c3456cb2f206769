import type { Change } from '../ports/changes';
import type { Part } from './model/finding';
import { setupOwner } from './model/marks';
import { portOf } from './model/wanted-setup';
import type { View } from './model/view';
import { netStateOf } from './regular/net-state';

/**
 * The marks of another store on bridges, VLANs and bonds of regular networks that this store has taken over. Only the mark changes
 * without a request (rule O4).
 */
export function planTakenMarks({ wanted, observed }: View): Part[] {
  const { takesOver, setup } = wanted;
  if (takesOver === undefined || setup === undefined) return [];
  const { links } = netStateOf(observed);
  const remark = (name: string, alias: string): Change[] => {
    const was = links.get(name)?.alias ?? null;
    return setupOwner(was)?.storeId === takesOver ? [{ kind: 'bridge.mark', bridge: name, alias, was }] : [];
  };
  const part = (networkId: string | null, bridge: string, changes: Change[]): Part => ({
    ...{ networkId, bridge, changes, findings: [], problem: null, again: false },
  });
  return [
    ...setup.networks.map((spec) =>
      part(spec.networkId, spec.bridge, [
        ...remark(spec.bridge, spec.alias),
        ...(spec.vlan === null ? [] : remark(portOf(spec), spec.alias)),
      ]),
    ),
    ...setup.bonds.map(({ name, alias }) => part(null, name, remark(name, alias))),
  ];
}
