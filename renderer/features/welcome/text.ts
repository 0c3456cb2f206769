import { catalogue } from '../../ui/language';

/** What the first run says. */
export const text = catalogue({
  en: {
    title: 'Networks that nothing else can hear',
    lead: 'Atoll runs virtual machines on isolated networks: bridges without a NIC, sealed even towards the computer they stand on. Nothing outside this computer is needed.',
    lab: 'A lab on this computer',
    labMeans:
      'Real VMs on real bridges, in a corner of this computer of their own. No root, and nothing of your own network changes.',
    outside: 'With a way out',
    outsideMeans: 'One VM also serves a page that your browser can open; nothing else of the lab can be reached.',
    labGo: 'Make the demo lab',
    looking: 'Looking at what this computer can do…',
    missing: 'Not possible yet:',
    toDoctor: 'See what to do',
    kvm: 'VMs run at full speed here.',
    tcg: 'Without hardware acceleration VMs run here, but slower; the demo needs about a minute.',
    simulated: 'A simulated data center',
    simulatedMeans:
      'The same engine and screens over hosts that exist in memory only. Nothing is needed, nothing is touched.',
    scenarios: 'Which one',
    simulatedNote: 'What is simulated is labelled so on every screen.',
    simulatedGo: 'Make the simulated demo',
    own: 'Rather start from nothing?',
    ownGo: 'Add a host',
    making: 'Making the demo',
    done: 'The demo runs.',
    toMap: 'To the map',
    back: 'Back',
    failed: 'It did not work',
  },
});
