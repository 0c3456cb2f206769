import { LABFILE_VERSION, type LabFile } from '../../../contract';

const tiny = (name: string, host: string, ...networks: string[]): LabFile['vms'][number] => ({
  name,
  host,
  vnics: networks.map((network, i) => ({ name: `nic${i + 1}`, network })),
  running: true,
});

/** What a teacher writes: a class in two rooms, an exam, grades, and six promises about them. */
export const CLASSROOM: LabFile = {
  atoll: LABFILE_VERSION,
  dataCenter: 'Default',
  clusters: [],
  networks: [
    { name: 'class', clusters: ['Default'], stretch: { hosts: ['room-a', 'room-b'] } },
    { name: 'exam', clusters: ['Default'] },
    { name: 'vault', clusters: ['Default'] },
  ],
  hosts: [
    { name: 'room-a', kind: 'lab' },
    { name: 'room-b', kind: 'lab' },
  ],
  vms: [
    tiny('pc1', 'room-a', 'class'),
    tiny('pc2', 'room-b', 'class'),
    tiny('desk', 'room-a', 'class', 'exam'),
    tiny('quiz', 'room-a', 'exam'),
    tiny('grades', 'room-a', 'vault'),
  ],
  groups: [{ name: 'students', members: ['pc1', 'pc2'] }],
  promises: [
    { promise: 'students never reach grades', note: 'Agreed with the school.' },
    { promise: 'grades has no external access' },
    { promise: 'desk reaches quiz directly on TCP 80' },
    { promise: 'students reach quiz only through desk' },
    { promise: 'exam is isolated on every host (verified at most 1 h ago)' },
    { promise: 'class is one island', severity: 'warn' },
  ],
};
