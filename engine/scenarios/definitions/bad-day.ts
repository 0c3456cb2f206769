import type { FaultPlan } from '../../ports/hosts';
import type { Scenario } from '../scenario';

/** It begins when the scenario is complete, and lasts two minutes. */
const DAY: FaultPlan = {
  seed: 'bad day',
  from: 6_000,
  until: 126_000,
  driftEvery: null,
  failing: null,
  unreachable: false,
};

export const BAD_DAY: Scenario = {
  id: 'bad-day',
  title: 'A bad day',
  words:
    'One host drifts every few seconds, one is unreachable, and on one a network fails; it ends after two minutes.',
  clusters: [
    {
      name: 'bad-day',
      networks: ['office', 'plant', 'cameras'],
      hosts: [
        { name: 'meddled', delayMs: 20, mischief: { ...DAY, driftEvery: 4_000 } },
        { name: 'faraway', delayMs: 20, mischief: { ...DAY, from: 10_000, until: 60_000, unreachable: true } },
        { name: 'failing', delayMs: 20, mischief: { ...DAY, failing: 'cameras' } },
      ],
      vms: ['meddled', 'faraway', 'failing'].flatMap((host) => [
        { name: `desk-${host}`, host, networks: ['office'] },
        { name: `robot-${host}`, host, networks: ['plant'] },
        { name: `recorder-${host}`, host, networks: ['cameras', 'office'] },
        { name: `camera-${host}`, host, networks: ['cameras'] },
      ]),
    },
  ],
};
