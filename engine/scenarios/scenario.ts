import type { FaultPlan } from '../ports/hosts';

/** A simulated host of a scenario. */
export interface ScenarioHost {
  readonly name: string;
  /** Milliseconds that each of its steps takes. */
  readonly delayMs?: number;
  readonly memoryMiB?: number;
  readonly cpus?: number;
  readonly mischief?: FaultPlan;
}

/** A tiny VM that runs on `host`, with a vNIC on each of `networks`. */
export interface ScenarioVm {
  readonly name: string;
  readonly host: string;
  readonly networks: readonly string[];
}

/** A cluster: its isolated networks are on all its hosts. */
export interface ScenarioCluster {
  readonly name: string;
  readonly networks: readonly string[];
  readonly hosts: readonly ScenarioHost[];
  readonly vms: readonly ScenarioVm[];
}

/** A simulated data center, as data. Its data center is named `id`; host names are unique in the whole database (rule O5). */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** One sentence that describes it. */
  readonly words: string;
  readonly clusters: readonly ScenarioCluster[];
}

/** All of one kind, over the clusters. */
export const hostsOf = ({ clusters }: Scenario): ScenarioHost[] => clusters.flatMap(({ hosts }) => hosts);
export const networksOf = ({ clusters }: Scenario): string[] => clusters.flatMap(({ networks }) => networks);
export const vmsOf = ({ clusters }: Scenario): ScenarioVm[] => clusters.flatMap(({ vms }) => vms);
