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
  scenarios: 'Simulated data centers',
  scenariosMeans:
    'Each stands in a data center of its own, and nothing of it is real. Resetting one takes away what was added to it.',
  there: 'there',
  notThere: 'not there',
  reset: 'Reset scenario',
  underWay: 'One is being made or removed',
  removeMeans: 'Its data center goes with all that is in it, also what was added since. Nothing real is touched.',
  root: 'needs root: put sudo or pkexec before it',
} as const;
