import { catalogue } from '../../ui/language';

/** Texts of the first run. */
export const text = catalogue({
  en: {
    title: 'Networks that nothing else can reach',
    lead: 'Atoll runs virtual machines on isolated networks: bridges without a NIC, sealed even from the computer they run on. No other computer is needed.',
    lab: 'A lab on this computer',
    labMeans:
      'Real VMs on real bridges, in a sandbox on this computer. It needs no root, and your own network does not change.',
    outside: 'With uplink',
    outsideMeans: 'One VM also serves a page that your browser can open. Nothing else in the lab can be reached.',
    labGo: 'Create demo lab',
    looking: 'Checking this computer…',
    missing: 'Not possible yet:',
    toDoctor: 'Show how to fix',
    kvm: 'VMs run at full speed here.',
    tcg: 'Without hardware acceleration VMs run slower. The demo takes about a minute.',
    simulated: 'A simulated data center',
    simulatedMeans:
      'The same engine and screens with hosts that exist in memory only. No setup needed; your system is not changed.',
    scenarios: 'Scenario',
    simulatedNote: 'Simulated objects are labelled on every screen.',
    simulatedGo: 'Create simulated demo',
    own: 'Start from scratch?',
    ownGo: 'Add host',
    making: 'Creating the demo',
    done: 'The demo is running.',
    toMap: 'Go to map',
    back: 'Back',
    failed: 'The demo could not be created',
  },
});
