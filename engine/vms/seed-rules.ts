import { isMap, parseDocument } from 'yaml';
import { AppError, type Seed, isInSubnet, isIpv4, isMimeUserData, note, sameForm } from '../../contract';
import { seedAddresses } from '../plan/model/seed-addresses';
import type { NetworkRow, Repositories, VmRow, VnicRow } from '../ports/store';

const refused = (field: string, message: string, hint: string): AppError =>
  new AppError('BAD_INPUT', message, { rule: 'SEED', field: `boot.seed.${field}`, remedy: note(hint) });

/** Bad: a user who can't log in; a key for nobody; files that exclude what else is given. `vnics`: the names of the VM's. */
export function assertSeedSound(seed: Seed, vnics: readonly string[]): void {
  assertSomebodyCanLogIn(seed);
  if (seed.userData?.startsWith('#cloud-config')) assertYaml('userData', 'user-data', seed.userData);
  if (seed.networkConfig !== null) assertOwnNetworkConfig(seed, seed.networkConfig);
  assertAddressesSound(seed, vnics);
}

function assertSomebodyCanLogIn({ user, sshKeys, passwordHash, userData }: Seed): void {
  const hasCredential = sshKeys.length > 0 || passwordHash !== null;
  if (user !== null && userData !== null && isMimeUserData(userData))
    throw refused(
      'userData',
      'A user-data file that is a MIME message is passed on unchanged, so no user can be added to it',
      'Leave the user out, or give the file as #cloud-config.',
    );
  if (user !== null && hasCredential) return;
  if (user !== null)
    throw refused(
      'sshKeys',
      `The user ${user} has neither a key nor a password`,
      'Without one of them, nobody can log in.',
    );
  if (hasCredential) throw refused('user', 'The key or password has no user', 'Give the name of the user.');
  if (userData === null)
    throw refused('user', 'First-boot data need a user', 'Give a user with a key or a password, or a user-data file.');
}

function assertOwnNetworkConfig(seed: Seed, text: string): void {
  assertYaml('networkConfig', 'network-config', text);
  const other = (['addresses', 'gateways', 'dns', 'searchDomains'] as const).find((field) => seed[field].length > 0);
  if (other !== undefined)
    throw refused(
      other,
      'A network-config file replaces addresses, gateways, DNS servers and search domains',
      'Give one or the other.',
    );
}

function assertYaml(field: string, what: string, text: string): void {
  const { error, isMapping } = parsed(field, what, text);
  if (error !== null) throw refused(field, `The ${what} file is not valid YAML: ${error}`, 'Correct the file.');
  if (!isMapping) throw refused(field, `The ${what} file is not a YAML mapping`, 'It must have keys with values.');
}

/** Nothing of it is used: cloud-init gets the text. */
function parsed(field: string, what: string, text: string): { error: string | null; isMapping: boolean } {
  try {
    const document = parseDocument(text, { version: '1.1', logLevel: 'silent' });
    const [error] = document.errors;
    return { error: error?.message.split('\n')[0]?.replace(/:$/, '') ?? null, isMapping: isMap(document.contents) };
  } catch {
    // The parser's stack is too small for it.
    throw refused(field, `The ${what} file is nested too deeply`, 'Correct the file.');
  }
}

function assertAddressesSound({ addresses, gateways, dns }: Seed, vnics: readonly string[]): void {
  const seen = new Set<string>();
  for (const [i, { vnic, address }] of addresses.entries()) {
    if (!vnics.includes(vnic))
      throw refused(
        `addresses.${i}.vnic`,
        `The address ${address} is for the vNIC "${vnic}", which the VM does not have`,
        vnics.length === 0 ? 'Give the VM a network, or leave the address out.' : `It has ${vnics.join(', ')}.`,
      );
    const form = sameForm(address);
    if (seen.has(form))
      throw refused(`addresses.${i}.address`, `The address ${address} is given twice`, 'Leave one out.');
    seen.add(form);
  }
  const versions = gateways.map(isIpv4);
  if (new Set(versions).size < versions.length)
    throw refused('gateways', 'Two gateways are of the same IP version', 'A guest has one default gateway of each.');
  for (const [i, gateway] of gateways.entries())
    if (seen.has(sameForm(gateway)))
      throw refused(
        `gateways.${i}`,
        `The gateway ${gateway} is an address of the VM itself`,
        'Give the address of the router.',
      );
  if (dns.length > new Set(dns.map(sameForm)).size)
    throw refused('dns', 'A DNS server is given twice', 'Leave one out.');
}

/** Bad: the gateway 10.8.0.1 for a VM whose addresses are all in 10.9.0.0/24. `addresses`: of all its vNICs. */
export function assertGatewaysReachable({ gateways }: Seed, addresses: readonly string[]): void {
  for (const [i, gateway] of gateways.entries()) {
    if (addresses.some((address) => isInSubnet(gateway, address))) continue;
    throw refused(
      `gateways.${i}`,
      `The gateway ${gateway} is in the subnet of no vNIC of the VM`,
      addresses.length === 0 ? 'It has no address.' : `Its addresses are ${addresses.join(', ')}.`,
    );
  }
}

/** Bad: the address 10.9.0.2 for "db" on the network "blue", where "web" has it. */
export function assertAddressesFree(
  tx: Repositories,
  vm: Pick<VmRow, 'name' | 'boot'>,
  vnic: Pick<VnicRow, 'id' | 'name'>,
  network: Pick<NetworkRow, 'id' | 'name'>,
): void {
  const wanted = seedAddresses(vm, vnic);
  if (wanted.length === 0) return;
  const holders = addressHolders(tx, network.id, vnic.id);
  for (const address of wanted) {
    const holder = holders.get(sameForm(address));
    if (holder === undefined) continue;
    const name = tx.vms.get(holder)?.name ?? holder;
    throw new AppError(
      'CONFLICT',
      `The address ${address} of the VM "${vm.name}" is in use by the VM "${name}" on the network "${network.name}"`,
      { rule: 'SEED', field: 'boot.seed.addresses', remedy: note('Choose another address.') },
    );
  }
}

/** The VM of each address on a network, without that of one vNIC. */
export function addressHolders(tx: Repositories, networkId: string, exceptVnic: string): Map<string, string> {
  const others = tx.vnics.ofNetwork(networkId).filter(({ id }) => id !== exceptVnic);
  const holders = new Map<string, string>();
  const several = new Map(tx.vms.withSeveralAddresses().map((vm) => [vm.id, vm]));
  for (const vnic of others) {
    const vm = several.get(vnic.vmId);
    for (const address of [vnic.assignedAddress ?? [], vm ? seedAddresses(vm, vnic) : []].flat())
      holders.set(sameForm(address), vnic.vmId);
  }
  return holders;
}
