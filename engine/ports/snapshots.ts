/** A disk and its copy, by their ids. */
export interface DiskCopy {
  readonly from: string;
  readonly to: string;
}

/**
 * Saves VMs, and copies or renews their disks. Everything is safe to call again: a killed engine's job starts again from the
 * beginning. VMs that the host does not know have neither disk nor memory, and nothing is done for them.
 */
export interface SnapshotDriver {
  /**
   * Stops the clocks of running ones, all at about the same time. Throws NOT_SUPPORTED, with none of them stopped, if the format of
   * a disk does not support snapshots.
   */
  freeze(vmIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Resumes those that are frozen. */
  thaw(vmIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Saves disks and, of a frozen VM, memory. A VM that was frozen is off when this resolves; `wake` resumes it. */
  take(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void>;
  /** Resumes a VM from the saved memory. A running one continues to run. */
  wake(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void>;
  /** Ends the VM and restores the saved disks. Throws NOT_FOUND if nothing was saved. */
  revert(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void>;
  /** Deletes the saved data. For a running VM, data within its disks is deleted at its next start. */
  forget(snapshotId: string, vmIds: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Copies the disks that Atoll created for one VM (down or frozen) for another, which has none yet. `disks`: those besides the one
   * of its image.
   */
  copyDisks(fromId: string, toId: string, disks: readonly DiskCopy[], signal: AbortSignal): Promise<void>;
  /** Ends the VM and restores the initial state of the disks that Atoll created for it. */
  renew(vmId: string, signal: AbortSignal): Promise<void>;
}
