import type { CommandSpec } from '../spec';

export const LABFILE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['export'],
    about: 'write a data center as YAML: clusters, networks, hosts, VMs; disks and images stay where they are',
    args: [{ name: 'DATACENTER', about: 'id or name (else Default)', optional: true, complete: 'dataCenter' }],
    options: [
      {
        name: 'out',
        type: 'text',
        value: 'FILE',
        about: 'write it there instead; must not exist yet',
        complete: 'file',
      },
    ],
    json: '{ dataCenter: string, text: string, file: string | null }',
    examples: ['atoll export > lab.yaml', 'atoll apply lab.yaml --dry-run'],
    run: () => import('../run/labfile').then((m) => m.exportLab),
  },
  {
    path: ['apply'],
    about: 'make a data center what a YAML file says; what is there is adopted by name, and nothing is removed',
    args: [
      {
        name: 'FILE',
        about: 'as atoll export writes it (docs/schema/lab-1.json); - for standard input',
        complete: 'file',
      },
    ],
    options: [
      {
        name: 'allow-files',
        type: 'flag',
        about: 'let new VMs have disks, CD images and kernels from outside the folder of FILE; --dry-run lists them',
      },
    ],
    changes: true,
    examples: ['atoll apply lab.yaml --dry-run --allow-files'],
    json: '{ dataCenter: string, plan: string[], job: string | null, preview: Preview | null }',
    run: () => import('../run/labfile').then((m) => m.applyLab),
  },
];
