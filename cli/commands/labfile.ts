import type { CommandSpec } from '../spec';

export const LABFILE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['export'],
    about: 'export a data center as YAML: clusters, networks, hosts and VMs, without disks and images',
    args: [{ name: 'DATACENTER', about: 'id or name (default: Default)', optional: true, complete: 'dataCenter' }],
    options: [
      {
        name: 'out',
        type: 'text',
        value: 'FILE',
        about: 'write to this new file instead of stdout',
        complete: 'file',
      },
    ],
    json: '{ dataCenter: string, text: string, file: string | null }',
    examples: ['atoll export > lab.yaml', 'atoll apply lab.yaml --dry-run'],
    run: () => import('../run/labfile').then((m) => m.exportLab),
  },
  {
    path: ['apply'],
    about: 'apply a YAML file to a data center; existing objects are matched by name, and nothing is removed',
    args: [
      {
        name: 'FILE',
        about: 'a file in the format of atoll export (docs/schema/lab-1.json), or - for stdin',
        complete: 'file',
      },
    ],
    options: [
      {
        name: 'allow-files',
        type: 'flag',
        about: 'allow new VMs to use disks, CD images and kernels outside the folder of FILE; --dry-run lists them',
      },
    ],
    changes: true,
    examples: ['atoll apply lab.yaml --dry-run --allow-files'],
    json: '{ dataCenter: string, plan: string[], job: string | null, preview: Preview | null }',
    run: () => import('../run/labfile').then((m) => m.applyLab),
  },
];
