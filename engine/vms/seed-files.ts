import { Document } from 'yaml';
import { type Seed, type SeedFiles, isInSubnet, isIpv4, isMimeUserData } from '../../contract';

/** A plugged vNIC as the guest is to configure it. */
export interface SeedNic {
  readonly mac: string;
  /** With prefix lengths. */
  readonly addresses: readonly string[];
  /** The gateway of its network, unless the seed names one of the same IP version. */
  readonly gateway: string | null;
  /** Whether its network can have a DHCP server. A sealed one has none. */
  readonly dhcp: boolean;
}

export interface SeedInput {
  readonly vmId: string;
  readonly hostname: string;
  readonly seed: Seed;
  readonly nics: readonly SeedNic[];
}

/**
 * cloud-init reads YAML 1.1, in which an unquoted `yes`, `0x1f` or `12:30` is no string. The library quotes every string, and never
 * breaks a line.
 */
const yaml = (value: unknown): string =>
  new Document(value, { version: '1.1' }).toString({
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  });

/** The files of a NoCloud seed. */
export function seedFiles(input: SeedInput): SeedFiles {
  const { vmId, hostname, seed, nics } = input;
  return {
    'meta-data': yaml({ 'instance-id': vmId, 'local-hostname': hostname }),
    'user-data': userData(input),
    'network-config': seed.networkConfig ?? yaml(networkConfig(seed, nics)),
  };
}

/** The same for people: with the password only as set. */
export function shownSeedFiles(input: SeedInput): SeedFiles {
  const { passwordHash } = input.seed;
  const files = seedFiles(input);
  if (passwordHash === null) return files;
  return { ...files, 'user-data': files['user-data'].replaceAll(passwordHash, '(hidden)') };
}

function userData({ hostname, seed }: SeedInput): string {
  if (seed.userData !== null && isMimeUserData(seed.userData)) return seed.userData;
  const own = `#cloud-config\n${yaml(cloudConfig(hostname, seed))}`;
  return seed.userData === null ? own : multipart([seed.userData, own]);
}

function cloudConfig(hostname: string, { user, sshKeys, passwordHash }: Seed): object {
  return {
    hostname,
    ...(user === null ? {} : { users: [userOf(user, sshKeys, passwordHash)] }),
    // With a key there is no reason to accept guesses of the password over the network.
    ...(user === null ? {} : { ssh_pwauth: passwordHash !== null && sshKeys.length === 0 }),
    package_update: false,
    // By default only the first boot configures the network: a vNIC that is added or moved later would stay without its address.
    updates: { network: { when: ['boot'] } },
  };
}

function userOf(name: string, sshKeys: readonly string[], passwordHash: string | null): object {
  return {
    name,
    sudo: 'ALL=(ALL) NOPASSWD:ALL',
    shell: '/bin/bash',
    lock_passwd: passwordHash === null,
    ...(sshKeys.length === 0 ? {} : { ssh_authorized_keys: sshKeys }),
    ...(passwordHash === null ? {} : { hashed_passwd: passwordHash }),
  };
}

/** How cloud-init merges our part into what the user's has: lists grow, values of the user's stay. */
const MERGE = 'list(append)+dict(no_replace,recurse_list,recurse_dict)+str()';

/** Parts of user data as cloud-init takes several: as a MIME message. It detects the type of each by its first line. */
function multipart([theirs, ours]: readonly [theirs: string, ours: string]): string {
  let boundary = 'atoll-seed';
  while (theirs.includes(boundary) || ours.includes(boundary)) boundary += '-';
  const part = (headers: readonly string[], text: string): string =>
    [`--${boundary}`, 'Content-Type: text/plain; charset="utf-8"', ...headers, '', text].join('\n');
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    'MIME-Version: 1.0',
    '',
    part([], theirs),
    part([`Merge-Type: ${MERGE}`], ours),
    `--${boundary}--`,
    '',
  ].join('\n');
}

/** netplan's format, which cloud-init calls version 2: every plugged vNIC by its MAC address. The boot never waits for one. */
function networkConfig(seed: Seed, nics: readonly SeedNic[]): object {
  const gateways = nics.map((nic) => gatewaysOf(seed, nic));
  const resolver = resolverOf(nics, gateways);
  const nameservers = {
    ...(seed.dns.length > 0 ? { addresses: seed.dns } : {}),
    ...(seed.searchDomains.length > 0 ? { search: seed.searchDomains } : {}),
  };
  const ethernets = nics.map(({ mac, addresses, dhcp }, i) => [
    `nic${i}`,
    {
      match: { macaddress: mac },
      dhcp4: dhcp,
      dhcp6: false,
      optional: true,
      ...(addresses.length > 0 ? { addresses } : {}),
      ...(gateways[i]?.length ? { routes: gateways[i].map((via) => ({ to: everywhere(via), via })) } : {}),
      ...(i === resolver && Object.keys(nameservers).length > 0 ? { nameservers } : {}),
    },
  ]);
  return { version: 2, ethernets: Object.fromEntries(ethernets) as object };
}

/** Not `default`, which netplan of before 0.103 does not know. */
const everywhere = (via: string): string => (isIpv4(via) ? '0.0.0.0/0' : '::/0');

function gatewaysOf(seed: Seed, { addresses, gateway }: SeedNic): string[] {
  const named = seed.gateways.filter((each) => addresses.some((address) => isInSubnet(each, address)));
  const isNamed = gateway !== null && seed.gateways.some((each) => isIpv4(each) === isIpv4(gateway));
  return gateway === null || isNamed ? named : [...named, gateway];
}

/** The vNIC by which DNS is asked: the one with a gateway, else the first with an address, else the first. */
function resolverOf(nics: readonly SeedNic[], gateways: ReadonlyArray<readonly string[]>): number {
  const routed = gateways.findIndex((each) => each.length > 0);
  if (routed !== -1) return routed;
  return Math.max(
    0,
    nics.findIndex(({ addresses }) => addresses.length > 0),
  );
}
