import type { Scenario } from '../scenario';

/** A VM on each of the three hosts. */
const onEach = (name: string, networks: readonly string[]) =>
  [1, 2, 3].map((n) => ({ name: `${name}${n}`, host: `three-${n}`, networks }));

export const THREE_HOSTS: Scenario = {
  id: 'three-hosts',
  title: 'Three hosts',
  words: 'A cluster whose hosts all have the same networks: each network is an island of its own on every host.',
  clusters: [
    {
      name: 'three-hosts',
      networks: ['front', 'back', 'storage', 'class'],
      hosts: [1, 2, 3].map((n) => ({ name: `three-${n}`, delayMs: 20 })),
      vms: [
        ...onEach('web', ['front']),
        ...onEach('proxy', ['front', 'back']),
        ...onEach('db', ['back']),
        ...onEach('disk', ['storage', 'back']),
        { name: 'backup', host: 'three-1', networks: ['storage'] },
        { name: 'teacher', host: 'three-2', networks: ['class'] },
        ...Array.from({ length: 8 }, (_, i) => ({ name: `pupil${i + 1}`, host: 'three-2', networks: ['class'] })),
        { name: 'monitor', host: 'three-3', networks: ['back'] },
      ],
    },
  ],
};
