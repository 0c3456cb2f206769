/** What the doctor screen says. */
export const text = {
  title: 'Doctor',
  sub: 'What this computer can do, and what to do about what it can not.',
  inOrder: 'In order',
  again: 'Look again',
  lab: 'A lab can run here',
  noLab: 'A lab can not run here yet',
  vms: 'VMs can run here',
  noVms: 'VMs can not run here yet',
  fast: 'with hardware acceleration',
  slow: 'without hardware acceleration, so slower',
  root: 'needs root: put sudo or pkexec before it',
} as const;
