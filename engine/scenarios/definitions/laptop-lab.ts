import type { Scenario } from '../scenario';

export const LAPTOP_LAB: Scenario = {
  id: 'laptop-lab',
  title: 'Laptop lab',
  words: 'One host, two isolated networks and four VMs, one of them on both.',
  clusters: [
    {
      name: 'laptop-lab',
      networks: ['blue', 'green'],
      hosts: [{ name: 'simulated', delayMs: 50 }],
      vms: [
        { name: 'web', host: 'simulated', networks: ['blue'] },
        { name: 'db', host: 'simulated', networks: ['blue'] },
        { name: 'ci', host: 'simulated', networks: ['green'] },
        // On both islands, so that `reach web ci` has a path.
        { name: 'gw', host: 'simulated', networks: ['blue', 'green'] },
      ],
    },
  ],
};
