/**
 * Keeping VMs as they are, and copying or renewing their disks. Everything is safe to call again: a killed engine's job
 * begins anew. VMs that the host does not know have neither disk nor memory, and nothing is done for them.
 */
export interface SnapshotDriver {
  /**
   * Stops the clocks of those that run, all at about one instant. Throws NOT_SUPPORTED, with none of them stopped, when a
   * disk of one is in a format that holds no snapshots.
   */
  freeze(vmIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Lets those that are frozen go on. */
  thaw(vmIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Keeps disks and, of a frozen VM, memory. A VM that was frozen is off when this resolves; `wake` lets it go on. */
  take(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void>;
  /** Lets a VM go on from the memory that was kept. One that runs goes on running. */
  wake(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void>;
  /** Ends the VM and makes its disks what was kept. Throws NOT_FOUND when nothing was kept. */
  revert(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void>;
  /** Deletes what was kept. Of a VM that runs what lies in its disks goes when it starts next. */
  forget(snapshotId: string, vmIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Copies the disks that Atoll made for one VM (down or frozen) for another, which has none yet. */
  copyDisks(fromId: string, toId: string, signal: AbortSignal): Promise<void>;
  /** Ends the VM and makes the disks that Atoll made for it what they were at first. */
  renew(vmId: string, signal: AbortSignal): Promise<void>;
}
