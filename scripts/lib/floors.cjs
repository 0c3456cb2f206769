/**
 * The engine's floors, from the ground up. A folder may import what stands below it on this list, and nothing above; what
 * shares a line may not import each other unless `ENGINE_PAIRS` says so. docs/architecture.md draws the same picture.
 */
const ENGINE_FLOORS = [
  ['ports'],
  ['core'],
  ['core/jobs'],
  ['islands', 'plan/model'],
  ['plan/regular'],
  ['plan'],
  ['reconcile/record'],
  ['reconcile'],
  ['guests', 'promises', 'statistics', 'ways'],
  // What an area is given: `context.ts` and `command.ts` stand beside the folders.
  ['(context|command)\\.ts'],
  [
    'backups',
    'certificates',
    'hosts',
    'images',
    'map',
    'networks',
    'outside',
    'services',
    'setup',
    'stretch',
    'system',
    'verification',
    'vms',
  ],
  ['demo', 'imports', 'labcare', 'labfile', 'scenarios', 'undo'],
  ['procedures'],
  ['router\\.ts'],
  ['(engine|index)\\.ts'],
];

/** Which area or recipe may import which beside it; together they have no circle. */
const ENGINE_PAIRS = {
  hosts: ['networks'],
  images: ['vms'],
  outside: ['networks'],
  services: ['networks', 'vms'],
  setup: ['hosts', 'networks'],
  stretch: ['hosts', 'networks'],
  undo: ['imports'],
  verification: ['networks'],
  vms: ['networks'],
};

module.exports = { ENGINE_FLOORS, ENGINE_PAIRS };
