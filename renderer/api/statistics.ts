import { useEffect, useState, useSyncExternalStore } from 'react';
import type { HostStatistics, VmStatistics } from '../../contract';
import { client } from './client';

/** Readings of a page: ten minutes. */
const KEPT = 120;
/** Points of a line in a table: two minutes. */
const IN_LINE = 24;
/** The delay before following again if the stream ended: a host can come back, a VM start. */
const AGAIN_MS = 5_000;
/** From one page with lines to the next the stream continues. */
const LINGER_MS = 5_000;

type Of = { readonly vm?: string; readonly host?: string };

async function followForLife(of: Of, signal: AbortSignal, take: (reading: HostStatistics) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const reading of await client.statistics.follow(of, { signal })) take(reading);
    } catch (error) {
      if (signal.aborted) return;
      console.info('statistics ended, following again', error);
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** The readings of one VM (with its host) or host while the caller is mounted, oldest first. */
export function useStatistics(kind: 'vm' | 'host', id: string, isOn: boolean): readonly HostStatistics[] {
  const [readings, setReadings] = useState<readonly HostStatistics[]>([]);
  useEffect(() => {
    setReadings([]);
    if (!isOn) return;
    const ended = new AbortController();
    void followForLife({ [kind]: id }, ended.signal, (reading) =>
      // A stream that begins again repeats what is known.
      setReadings((known) => [...known.filter(({ at }) => at < reading.at).slice(1 - KEPT), reading]),
    );
    return () => ended.abort();
  }, [kind, id, isOn]);
  return readings;
}

const NOTHING: readonly VmStatistics[] = [];

/** The statistics of all VMs, while a table shows some: one stream, and each line is drawn on its own. */
class Lines {
  private readonly known = new Map<string, readonly VmStatistics[]>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private stream: AbortController | null = null;
  private linger: ReturnType<typeof setTimeout> | undefined;

  of(vmId: string): readonly VmStatistics[] {
    return this.known.get(vmId) ?? NOTHING;
  }

  listen(vmId: string, listener: () => void): () => void {
    const there = this.listeners.get(vmId) ?? new Set();
    this.listeners.set(vmId, there.add(listener));
    clearTimeout(this.linger);
    if (this.stream === null) this.begin();
    return () => {
      there.delete(listener);
      if (there.size === 0) this.listeners.delete(vmId);
      if (this.listeners.size > 0) return;
      clearTimeout(this.linger);
      this.linger = setTimeout(() => this.end(), LINGER_MS);
    };
  }

  private begin(): void {
    this.stream = new AbortController();
    void followForLife({}, this.stream.signal, ({ vms }) => {
      for (const vm of vms) {
        this.known.set(vm.vmId, [...this.of(vm.vmId).slice(1 - IN_LINE), vm]);
        for (const listener of this.listeners.get(vm.vmId) ?? []) listener();
      }
    });
  }

  private end(): void {
    this.stream?.abort();
    this.stream = null;
    this.known.clear();
  }
}

const lines = new Lines();

/** What a VM has used in the last minutes, while the caller is mounted. */
export function useVmLine(vmId: string): readonly VmStatistics[] {
  return useSyncExternalStore(
    (listener) => lines.listen(vmId, listener),
    () => lines.of(vmId),
  );
}
