import { Document } from 'yaml';
import { LABFILE_VERSION, type LabFile } from '../../contract';
import { CLASSROOM } from './definitions/classroom';
import { COLLABORATIVE_GROUP } from './definitions/collaborative-group';
import { LAPTOP_LAB } from './definitions/laptop-lab';
import { THREE_HOSTS } from './definitions/three-hosts';
import { type Scenario, hostsOf } from './scenario';

/** The readable ones. The faults of a bad day are no property of a data center, and a hundred hosts are no example. */
const SCENARIOS = [LAPTOP_LAB, COLLABORATIVE_GROUP, THREE_HOSTS];

export interface ExampleFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The demo, a class with promises, and the small scenarios as lab files, to be applied, changed and learned from; `docs/labs` has them, and so have
 * packages.
 */
export function exampleFiles(): ExampleFile[] {
  const demo: LabFile = {
    ...scenarioFile(LAPTOP_LAB),
    dataCenter: 'Default',
    clusters: [],
    hosts: [{ name: 'laptop', kind: 'lab' }],
  };
  const real: LabFile = {
    ...demo,
    networks: demo.networks.map((network) => ({ ...network, clusters: ['Default'] })),
    vms: demo.vms.map(({ cluster: _, ...vm }) => ({ ...vm, host: 'laptop' })),
  };
  const words = 'The demo: two isolated networks and four tiny VMs, one of them on both, in a lab of this computer.';
  const school =
    "A class in two rooms, in two labs of this computer: a network stretched over both, an exam behind the teacher's desk, grades, and six promises.";
  return [
    { name: 'demo.yaml', text: asText(real, words) },
    { name: 'classroom.yaml', text: asText(CLASSROOM, school) },
    ...SCENARIOS.map((scenario) => ({
      name: `${scenario.id}.yaml`,
      text: asText(scenarioFile(scenario), `${scenario.title}, simulated. ${scenario.words}`),
    })),
  ];
}

function scenarioFile(scenario: Scenario): LabFile {
  const { id, clusters } = scenario;
  const hosts = new Map(clusters.flatMap((cluster) => cluster.hosts.map((host) => [host.name, cluster.name])));
  return {
    atoll: LABFILE_VERSION,
    dataCenter: id,
    clusters: clusters.map(({ name }) => ({ name })),
    networks: clusters.flatMap(({ name, networks }) =>
      networks.map((network) => ({ name: network, clusters: [name] })),
    ),
    hosts: hostsOf(scenario).map(({ name, delayMs }) => ({
      name,
      kind: 'simulated',
      cluster: hosts.get(name),
      ...(delayMs === undefined ? {} : { delayMs }),
    })),
    vms: clusters.flatMap((cluster) =>
      cluster.vms.map(({ name, host, networks }) => ({
        name,
        cluster: cluster.name,
        host,
        vnics: networks.map((network, i) => ({ name: `nic${i + 1}`, network })),
        running: true,
      })),
    ),
  };
}

function asText(file: LabFile, words: string): string {
  const document = new Document(file);
  document.commentBefore = ` yaml-language-server: $schema=../schema/lab-${LABFILE_VERSION}.json\n ${words}\n Applying this file creates and changes what it names, and never removes anything.`;
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
