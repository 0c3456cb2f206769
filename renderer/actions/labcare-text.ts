/** What is said of snapshots, copies and resets. */
export const text = {
  title: 'Snapshots',
  none: 'None yet. A snapshot keeps VMs as they are at one moment: disks, memory of those that run, settings, vNICs.',
  take: 'Take snapshot',
  takeTitle: (of: string) => `Take a snapshot of ${of}`,
  takeMeans: 'VMs that run are frozen together for the seconds that saving their memory takes, and go on.',
  start: 'Make it the start that Reset leads back to',
  startTag: 'Start',
  locked: 'a job is at it',
  lockedWhy: 'Wait until its job has ended.',
  withMemory: (count: number) => (count === 0 ? 'disks only' : `${count} with memory`),
  revert: 'Revert',
  revertTitle: (name: string) => `Put its VMs back to ${name}?`,
  revertMeans: 'All VMs of the snapshot are ended and put back together. What they were since is lost.',
  remove: 'Remove',
  removeTitle: (name: string) => `Remove the snapshot ${name}?`,
  removeMeans: 'Its VMs stay as they are.',
  wholeTitle: 'The whole lab',
  clone: 'Clone',
  cloneTitle: (host: string) => `Clone the VMs of ${host}`,
  cloneMeans:
    'Copies of all VMs here get isolated networks of their own: other islands, where the same addresses do no harm.',
  copies: 'Copies',
  startCopies: 'Start the copies',
  reset: 'Reset',
  resetTitle: (host: string) => `Reset the VMs of ${host}?`,
  resetMeans: 'What they were since is lost.',
  resetTo: (start: string | null) =>
    start === null
      ? 'Reset makes each VM as on its first day: its disk as its image, started anew.'
      : `Reset puts the VMs back to the start, ${start}.`,
  noVms: 'There is no VM here.',
} as const;
