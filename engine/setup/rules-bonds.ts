import type { BondDraft } from '../../contract';
import { run } from '../../contract';
import { broken, twice } from '../plan/regular/broken';
import { isOurs, masterOf } from './rules-attachments';
import type { SetupRequest } from './request';

type Rule = (bond: BondDraft, request: SetupRequest) => void;

/** Bad: bond0 both changed and removed, or changed twice. */
export function notUpdatedAndRemoved({ bonds, removeBonds }: SetupRequest): void {
  const name = twice([...bonds.map((bond) => bond.name), ...removeBonds]);
  if (name === undefined) return;
  broken(
    'BONDS_UPDATED_AND_REMOVED_SIMULTANEOUSLY',
    'bonds',
    `The bond ${name} is named twice`,
    'Change it, or remove it, once.',
  );
}

/** Bad: removing bond7, which Atoll did not create there. */
export function removedExists({ removeBonds, bondsNow, host }: SetupRequest): void {
  const name = removeBonds.find((each) => !bondsNow.some((bond) => bond.name === each));
  if (name === undefined) return;
  broken(
    'NETWORK_BOND_RECORDS_DOES_NOT_EXISTS',
    'removeBonds',
    `The host "${host.name}" has no bond ${name} that Atoll created`,
    'Atoll removes only bonds that it created.',
  );
}

/** Bad: removing bond0 while red stays on it. */
export function removedIsUnused({ removeBonds, after }: SetupRequest): void {
  for (const name of removeBonds) {
    const user = after.find(({ nic }) => nic === name);
    if (!user) continue;
    broken(
      'BOND_USED_BY_NETWORK_ATTACHMENTS',
      'removeBonds',
      `The bond ${name} carries the network "${user.network.name}"`,
      'Detach the network or move it to another NIC in the same command.',
    );
  }
}

/** Bad: `team0`, or a name of 16 letters. */
export const nameIsOfBond: Rule = ({ name }) => {
  if (/^bond\w+$/.test(name)) return;
  broken(
    'NETWORK_BOND_NAME_BAD_FORMAT',
    'bonds',
    `"${name}" is not a valid name of a bond`,
    'It begins with "bond" and continues with letters, digits or _: bond0.',
  );
};

/** Bad: a bond with the name of an existing NIC, VLAN or bond that Atoll did not create. */
export const nameIsFree: Rule = ({ name }, { nics, bondsNow }) => {
  if (!nics.has(name) || bondsNow.some((bond) => bond.name === name)) return;
  broken(
    'NETWORK_INTERFACE_IS_NOT_BOND',
    'bonds',
    `The host already has an interface ${name} that Atoll did not create`,
    'Choose another name.',
  );
};

/** Bad: bond0 of eth1 alone. */
export const hasTwoNics: Rule = ({ name, nics }) => {
  if (new Set(nics).size >= 2) return;
  broken('NETWORK_BONDS_INVALID_SLAVE_COUNT', 'bonds', `The bond ${name} needs two NICs or more`, 'Name them all.');
};

/** Bad: bond0 of eth1 and eth9, which does not exist. */
export const nicsExist: Rule = ({ name, nics }, { nics: known, host }) => {
  const gone = nics.find((nic) => !known.has(nic));
  if (gone === undefined) return;
  broken(
    'HOST_NETWORK_INTERFACE_HAVING_NAME_DOES_NOT_EXIST',
    'bonds',
    `The host "${host.name}" has no NIC ${gone} for the bond ${name}`,
    run('hosts.nics', { host: host.name }),
  );
};

/** Bad: a bond of a bond, or of a VLAN. */
export const nicsArePlain: Rule = ({ name, nics }, { nics: known }) => {
  const odd = nics.find((nic) => known.get(nic)?.kind !== 'nic');
  if (odd === undefined) return;
  broken(
    'NETWORK_INTERFACE_BOND_OR_VLAN_CANNOT_BE_SLAVE',
    'bonds',
    `${odd} is not a plain NIC and can't be part of the bond ${name}`,
    'Bonds consist of plain NICs.',
  );
};

/** Bad: eth1 in bond0 and in bond1. */
export function nicInOneBond({ bondsAfter, bonds }: SetupRequest): void {
  const nic = twice(bondsAfter.flatMap((bond) => [...new Set(bond.nics)]));
  if (nic === undefined) return;
  const asked = bonds.filter((bond) => bond.nics.includes(nic)).length > 1;
  broken(
    asked ? 'NETWORK_INTERFACE_REFERENCED_AS_A_SLAVE_MULTIPLE_TIMES' : 'NETWORK_INTERFACE_ALREADY_IN_BOND',
    'bonds',
    `${nic} would be in two bonds`,
    'Remove it from the other bond in the same command.',
  );
}

/** Bad: eth1 into bond0 while red stays on eth1. */
export const nicsAreFree: Rule = ({ name, nics }, { after }) => {
  const user = after.find(({ nic }) => nic !== null && nics.includes(nic));
  if (!user) return;
  broken(
    'NETWORK_INTERFACE_ATTACHED_TO_NETWORK_CANNOT_BE_SLAVE',
    'bonds',
    `${user.nic ?? ''} carries the network "${user.network.name}"`,
    `Attach "${user.network.name}" to ${name} in the same command.`,
  );
};

/** Bad: eth1 into bond0 while it is in an unmanaged bridge br0, or in a bond that Atoll did not create. */
export const nicsAreNotUnmanaged: Rule = ({ nics }, request) => {
  const nic = nics.find((each) => {
    const master = masterOf(request, each);
    return master !== null && !isOurs(request, master);
  });
  if (nic === undefined) return;
  broken(
    'NETWORK_INTERFACE_WITH_UNMANAGED_NETWORK_CANNOT_BE_SLAVE',
    'bonds',
    `${nic} is in ${masterOf(request, nic) ?? ''}, which Atoll did not create`,
    'Remove it there first, or choose another NIC.',
  );
};

const RULES: readonly Rule[] = [
  nameIsOfBond,
  nameIsFree,
  hasTwoNics,
  nicsExist,
  nicsArePlain,
  nicsAreNotUnmanaged,
  nicsAreFree,
];

export function checkBonds(request: SetupRequest): void {
  notUpdatedAndRemoved(request);
  for (const bond of request.bonds) for (const rule of RULES) rule(bond, request);
  nicInOneBond(request);
  removedExists(request);
  removedIsUnused(request);
}
