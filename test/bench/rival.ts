import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Bench, timed } from './kit';

const exec = promisify(execFile);

/** Milliseconds for one network. */
export interface RivalTimes {
  readonly create: number;
  readonly remove: number;
}

/** libvirt at its best: all of its isolated networks made in one virsh, in the same lab. */
export class Rival {
  private constructor(
    private readonly uri: string,
    private readonly folder: string,
    private readonly n: number,
  ) {}

  static async open(bench: Bench, n: number): Promise<Rival> {
    const [lab] = await bench.client.labs.list();
    if (lab?.pid == null) throw new Error('the lab does not run');
    const folder = `${bench.home}/rival`;
    mkdirSync(folder);
    for (let i = 0; i < n; i += 1) {
      writeFileSync(`${folder}/${i}.xml`, `<network><name>r${i}</name><bridge name="r${i}"/></network>`);
    }
    const uri = `qemu+unix:///system?socket=/proc/${lab.pid}/root/run/libvirt/libvirt-sock`;
    return new Rival(uri, folder, n);
  }

  async round(): Promise<RivalTimes> {
    const created = await timed(() => this.virsh((i) => `net-create ${this.folder}/${i}.xml`));
    const removed = await timed(() => this.virsh((i) => `net-destroy r${i}`));
    return { create: created.ms / this.n, remove: removed.ms / this.n };
  }

  private async virsh(line: (i: number) => string): Promise<void> {
    const lines = Array.from({ length: this.n }, (_, i) => line(i)).join('\n');
    const script = 'printf "%s\\n" "$2" | virsh -q -c "$1"';
    await exec('sh', ['-c', script, 'virsh', this.uri, lines], { maxBuffer: 1 << 28 });
  }
}
