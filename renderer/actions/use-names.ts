import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Cluster, Host, Network, Vm } from '../../contract';
import { queries } from '../api/queries';
import { useSettled } from '../api/settled';
import { type Look, looksOf } from '../ui/palette';

const byId = <T extends { id: string }>(list: readonly T[] | undefined): ReadonlyMap<string, T> =>
  new Map(list?.map((item) => [item.id, item]));

/** Hosts, clusters and networks by id: screens show names, the engine uses ids. */
export function useHosts(): ReadonlyMap<string, Host> {
  const { data } = useQuery(queries.hosts());
  return useMemo(() => byId(data), [data]);
}

export function useClusters(): ReadonlyMap<string, Cluster> {
  const { data } = useQuery(queries.clusters());
  return useMemo(() => byId(data), [data]);
}

export function useNetworks(): ReadonlyMap<string, Network> {
  const { data } = useQuery(queries.networks());
  return useMemo(() => byId(data), [data]);
}

export function useVms(): ReadonlyMap<string, Vm> {
  const { data } = useQuery({ ...queries.vms(), enabled: useSettled() });
  return useMemo(() => byId(data), [data]);
}

/** Each network's color and pattern. */
export function useLooks(): ReadonlyMap<string, Look> {
  const { data } = useQuery(queries.networks());
  return useMemo(() => looksOf(data ?? []), [data]);
}

/** Whether a host is simulated, so that its objects are labelled. */
export const isSimulated = (host: Host | undefined): boolean => host?.kind === 'simulated';
