/** What a VM has used since it started, and has now. Counters only rise while it runs. */
export interface VmCounters {
  readonly id: string;
  readonly cpuNs: number;
  /** KiB of the host. */
  readonly hostKiB: number;
  /** KiB, as the guest's balloon driver reports; null: it does not. */
  readonly guestKiB: number | null;
  readonly usedKiB: number | null;
  readonly diskRead: number;
  readonly diskWrite: number;
  /** By the host's end of the cable. */
  readonly nics: ReadonlyArray<{ readonly tap: string; readonly received: number; readonly sent: number }>;
}

/** One reading of a host's counters. */
export interface HostCounters {
  /** Milliseconds of a clock that is never set back. */
  readonly atMs: number;
  /** Of all its CPUs, in any one unit: busy and total. */
  readonly cpu: { readonly busy: number; readonly total: number } | null;
  readonly memoryKiB: { readonly total: number; readonly used: number } | null;
  readonly vms: readonly VmCounters[];
}
