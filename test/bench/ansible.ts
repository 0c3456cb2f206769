import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SshHosts, SshTestHost } from '../support/ssh-hosts';
import { bareCreation } from './bare-ssh';
import { timed } from './kit';

const exec = promisify(execFile);

/** Ansible on the same kind of hosts, its connections kept open as ours are: at its best, and as people write it. */
export class Ansible {
  private readonly env: NodeJS.ProcessEnv;

  constructor(
    private readonly net: SshHosts,
    hosts: readonly SshTestHost[],
    networks: number,
  ) {
    const ssh = `ansible_user=root ansible_ssh_private_key_file=${net.keyFile} ansible_python_interpreter=/usr/bin/python3`;
    this.write('inventory', hosts.map(({ address }) => `${address} ${ssh}\n`).join(''));
    this.write('create.sh', bareCreation(networks));
    this.write('warm.yml', `${PLAY}    - raw: "true"\n`);
    this.write('batch.yml', `${PLAY}    - raw: "{{ lookup('ansible.builtin.file', 'create.sh') }}"\n`);
    this.env = {
      ...process.env,
      ANSIBLE_HOME: join(net.folder, 'ansible'),
      ANSIBLE_HOST_KEY_CHECKING: 'False',
      ANSIBLE_FORKS: String(hosts.length),
      ANSIBLE_PIPELINING: 'True',
      ANSIBLE_SSH_COMMON_ARGS: '-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR',
    };
  }

  /** One task, which is one script: `raw`, since that needs neither a copy of the script nor a Python on the host. */
  async batch(): Promise<number> {
    return this.warm('batch.yml');
  }

  /** Four tasks, each with a loop over the networks; with `n` networks, named apart from those of the batch. */
  async loop(n: number): Promise<number> {
    this.write('loop.yml', loopOf(n));
    return this.warm('loop.yml');
  }

  private async warm(book: string): Promise<number> {
    await this.play('warm.yml');
    return (await timed(() => this.play(book))).ms;
  }

  private async play(book: string): Promise<void> {
    const argv = ['-i', join(this.net.folder, 'inventory'), join(this.net.folder, book)];
    await exec('ansible-playbook', argv, { env: this.env, cwd: this.net.folder, maxBuffer: 1 << 28 });
  }

  private write(file: string, text: string): void {
    writeFileSync(join(this.net.folder, file), text);
  }
}

const PLAY = `- hosts: all
  gather_facts: false
  tasks:
`;
const SEAL = ['ingress', 'egress']
  .map(
    (hook) => `chain ${hook}_l{{ item }} { type filter hook ${hook} device "l{{ item }}" priority 0; policy drop; };`,
  )
  .join(' ');
const loopOf = (n: number): string => {
  const loop = `      loop: "{{ range(0, ${n}) | list }}"\n`;
  return [
    `${PLAY}    - command: ip link add l{{ item }} type bridge stp_state 0 forward_delay 0 mcast_snooping 0\n${loop}`,
    `    - shell: echo 1 >/proc/sys/net/ipv6/conf/l{{ item }}/disable_ipv6\n${loop}`,
    `    - shell: nft -f - <<< 'table netdev loop { ${SEAL} }'\n      args: { executable: /bin/bash }\n${loop}`,
    `    - command: ip link set l{{ item }} up\n${loop}`,
  ].join('');
};
