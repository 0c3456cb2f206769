import type { Doctor, DoctorCheck } from '../../contract';
import type { Shell } from '../shell';
import { guestChecks } from './guest';
import { kvmWorks } from './kvm';
import { namespaceChecks } from './namespaces';
import { checkShared } from '../shared/check-host';
import { toolChecks } from './tools';

const FOR_LABS = ['namespaces_tools', 'bash', 'ip', 'nft', 'lab_namespaces', 'platform'];
const FOR_VMS = ['libvirtd', 'virtlogd', 'virsh', 'qemu'];

/** Checks what this computer supports, with a remedy for each gap. A missing part is a finding, never an error. */
export async function examine(shell: Shell, home: string): Promise<Doctor> {
  if (process.platform !== 'linux') return notLinux();
  const [namespaces, tools, guest, shared] = await Promise.all([
    namespaceChecks(shell),
    toolChecks(shell),
    guestChecks(),
    checkShared(shell),
  ]);
  const checks = [...namespaces, ...tools, ...guest, ...shared];
  const canRunLab = none(checks, FOR_LABS);
  const canRunVms = canRunLab && none(checks, FOR_VMS);
  const kvm = await kvmCheck(shell, home, canRunVms && none(checks, ['guest_kernel', 'busybox']));
  return { checks: [...checks, kvm], canRunLab, canRunVms, accelerated: kvm.state === 'ok' };
}

function none(checks: readonly DoctorCheck[], ids: readonly string[]): boolean {
  return !checks.some(({ id, state }) => state === 'missing' && ids.includes(id));
}

async function kvmCheck(shell: Shell, home: string, canAsk: boolean): Promise<DoctorCheck> {
  const answer = canAsk
    ? await kvmWorks(shell, home)
    : { works: false, found: 'not tested: other requirements are missing' };
  const closed = answer.found.includes('no access to /dev/kvm');
  return {
    id: 'kvm',
    title: 'KVM',
    state: answer.works ? 'ok' : 'warning',
    found: answer.found,
    matters: 'Without KVM, QEMU emulates the CPU: VMs work, but about ten times slower.',
    remedy: closed
      ? {
          words: 'Give this user access to /dev/kvm',
          command: ['setfacl', '-m', `u:${process.getuid?.() ?? ''}:rw`, '/dev/kvm'],
          root: true,
        }
      : null,
  };
}

function notLinux(): Doctor {
  const check: DoctorCheck = {
    id: 'platform',
    title: 'Linux',
    state: 'missing',
    found: process.platform,
    matters: 'Labs require Linux namespaces; simulated hosts work on every platform.',
    remedy: null,
  };
  return { checks: [check], canRunLab: false, canRunVms: false, accelerated: false };
}
