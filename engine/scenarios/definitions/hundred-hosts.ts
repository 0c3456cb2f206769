import type { Scenario, ScenarioCluster, ScenarioVm } from '../scenario';

const CLUSTERS = 10;
const HOSTS = 10;
const NETWORKS = 100;
/** On each host. */
const VMS = 100;

const two = (n: number): string => String(n).padStart(2, '0');

/** On each host ten networks are busy, the others are empty; every twentieth VM is on two and can route between them. */
function vmsOn(host: string, cluster: string, hostIndex: number): ScenarioVm[] {
  const network = (i: number): string => `net-${cluster}${two(i % NETWORKS)}`;
  return Array.from({ length: VMS }, (_, i) => {
    const own = hostIndex * 10 + (i % 10);
    const networks = i % 20 === 0 ? [network(own), network(own + 1)] : [network(own)];
    return { name: `${host}-vm${two(i)}`, host, networks };
  });
}

function cluster(index: number): ScenarioCluster {
  const letter = String.fromCharCode('a'.charCodeAt(0) + index);
  const hosts = Array.from({ length: HOSTS }, (_, i) => `rack-${letter}${i}`);
  return {
    name: `row-${letter}`,
    networks: Array.from({ length: NETWORKS }, (_, i) => `net-${letter}${two(i)}`),
    hosts: hosts.map((name) => ({ name })),
    vms: hosts.flatMap((host, i) => vmsOn(host, letter, i)),
  };
}

export const HUNDRED_HOSTS: Scenario = {
  id: 'hundred-hosts',
  title: 'A hundred hosts',
  words: 'Ten clusters with 1,000 isolated networks and 10,000 VMs: how Atoll performs at scale.',
  /** Built when it is asked for: every engine would start with these 10,000 VMs in memory. */
  get clusters() {
    return Array.from({ length: CLUSTERS }, (_, i) => cluster(i));
  },
};
