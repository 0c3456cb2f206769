import type { Scenario } from '../scenario';

const HOST = 'group-host';

export const COLLABORATIVE_GROUP: Scenario = {
  id: 'collaborative-group',
  title: 'Collaborative group',
  words: 'A group that works together on its own network; one gateway VM offers its service to the visitors next door.',
  clusters: [
    {
      name: 'collaborative-group',
      // `visitors` represents the regular side: VMs there reach the gateway and nothing else.
      networks: ['group', 'visitors'],
      hosts: [{ name: HOST, delayMs: 20 }],
      vms: [
        ...['ana', 'ben', 'chi', 'dov'].map((name) => ({ name, host: HOST, networks: ['group'] })),
        { name: 'repository', host: HOST, networks: ['group'] },
        { name: 'builder', host: HOST, networks: ['group'] },
        { name: 'gateway', host: HOST, networks: ['group', 'visitors'] },
        ...['guest1', 'guest2'].map((name) => ({ name, host: HOST, networks: ['visitors'] })),
      ],
    },
  ],
};
