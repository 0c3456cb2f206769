import { readdirSync, readFileSync } from 'node:fs';
import type { Lab as LabView } from '../../contract';
import { runProcess } from '../shells/spawn';
import { Lab } from './life';
import { isLabId, labsDir } from './paths';
import { isRootless } from './namespaces';

export type LabFacts = Omit<LabView, 'hostId' | 'host'>;

const PAGE_BYTES = 4096;

/** The labs of a home, running or not, with their sizes. */
export async function listLabs(home: string): Promise<LabFacts[]> {
  return Promise.all(labIds(home).map((id) => labFacts(home, id)));
}

function labIds(home: string): string[] {
  try {
    return readdirSync(labsDir(home)).filter(isLabId).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function labFacts(home: string, id: string): Promise<LabFacts> {
  const lab = new Lab(home, id);
  const identity = lab.find();
  return {
    id,
    running: identity !== null,
    pid: identity?.pid ?? null,
    rootless: identity?.rootless ?? isRootless(),
    diskBytes: await diskBytes(lab),
    memoryBytes: identity && residentBytes(identity.pid),
    path: lab.paths.root,
  };
}

/** Disk blocks, not lengths: disks of VMs are sparse. Files can vanish while du counts. */
async function diskBytes(lab: Lab): Promise<number> {
  const argv = ['du', '-s', '-x', '-B1', '--', lab.paths.root];
  const { stdout } = await runProcess({ host: lab.name, argv, shown: argv }, { okExits: 'any' });
  return Number(stdout.split('\t')[0] || 0);
}

/** Resident memory of all processes of a lab, as listed in its own /proc; shared pages count for each process. */
function residentBytes(pid: number): number {
  const proc = `/proc/${pid}/root/proc`;
  return pidsIn(proc).reduce((sum, name) => sum + residentPages(`${proc}/${name}/statm`) * PAGE_BYTES, 0);
}

function pidsIn(proc: string): string[] {
  try {
    return readdirSync(proc).filter((name) => /^\d+$/.test(name));
  } catch (error) {
    // The lab has ended since it was found.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

function residentPages(statm: string): number {
  try {
    return Number(readFileSync(statm, 'utf8').split(' ')[1] ?? 0);
  } catch (error) {
    // The process has ended in the meantime (ESRCH while it does so).
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}
