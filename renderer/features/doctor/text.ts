import { catalogue } from '../../ui/language';

/** What the doctor screen says. */
export const text = catalogue({
  en: {
    title: 'Doctor',
    sub: 'What this computer can do, and what to do about what it can not.',
    inOrder: 'In order',
    again: 'Look again',
    report: 'Save a report',
    reportMeans:
      'States, what happened last, and the ends of the logs, to attach when something is wrong. Passwords and keys are cut out, names stay; it is sent nowhere.',
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
    root: 'needs root: in a terminal put sudo before it',
    run: 'Run it…',
    running: 'A remedy is running',
    runMeans: 'On this computer, now. It is run to its end; doctor looks again when it is done.',
    remedies: 'Remedies that were run',
    noOutput: 'It said nothing.',
    checks: 'Checks',
    runIt: 'Run',
    output: (of: string) => `Output: ${of}`,
    make: 'Make',
    makeOf: (scenario: string) => `Make ${scenario}`,
    remove: 'Remove',
    removeOf: (scenario: string) => `Remove ${scenario}`,
    removeTitle: (scenario: string) => `Remove ${scenario}?`,
    resetOf: (scenario: string) => `Reset scenario ${scenario}`,
    runOf: (check: string) => `Run the remedy of ${check}`,
  },
});
