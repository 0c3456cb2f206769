import { closeSync, existsSync, openSync, statSync, writeFileSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  AtollMap,
  Cluster,
  DataCenter,
  Doctor,
  Event,
  Host,
  Image,
  IsolationCheck,
  Job,
  Message,
  Lab,
  Network,
  Preview,
  Reach,
  Status,
  SeedFiles,
  Vm,
  Vnic,
} from '../../contract';
import { eventually } from '../support/eventually';
import { AtollCli, type Ended } from '../support/atoll-cli';
import { isAlive } from '../support/processes';
import { type Program, builtProgram } from '../support/program';

let program: Program;
let atoll: AtollCli;

beforeAll(() => {
  program = builtProgram();
});
afterAll(() => program.remove());

const changed = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject({ ...shape, job: z.uuid().nullable(), preview: Preview.nullable() });

/** As scripts get them: each message as its text, with its data beside it. */
const titled = { title: z.string(), titleData: Message };
const noted = { message: z.string().nullable(), messageData: Message.optional() };
const JobJson = Job.extend({ ...titled, steps: z.array(Job.shape.steps.element.extend({ ...titled, ...noted })) });
const undoable = Event.shape.undo.unwrap().extend({ words: z.string(), wordsData: Message });
const EventJson = Event.extend({ message: z.string(), messageData: Message, undo: undoable.nullable() });

describe('the command line on a simulated host', () => {
  beforeAll(async () => {
    atoll = new AtollCli(program);
    await atoll.ok('host', 'add', 'pretend', '--simulated', '--delay', '1');
  });
  afterAll(() => atoll.dispose());

  it('answers every noun with its documented shape, and nothing else on stdout', async () => {
    const shape = async <T>(schema: z.ZodType<T>, ...args: string[]): Promise<T> =>
      schema.parse(await atoll.json(...args));
    await shape(changed({ network: Network }), 'network', 'add', 'blue', '--isolated', '--cluster', 'Default');
    await shape(
      changed({ networks: z.array(Network).length(2) }),
      'network',
      'add',
      'green',
      'spare',
      '--isolated',
      '--cluster',
      'Default',
    );
    await shape(changed({ network: Network }), 'network', 'update', 'spare', '--comment', 'not used');
    await shape(changed({ network: Network }), 'network', 'detach', 'spare');
    await shape(changed({ network: Network }), 'network', 'attach', 'spare', '--cluster', 'Default');
    await shape(z.array(Network).length(3), 'network', 'list');
    await shape(z.object({ network: Network }), 'network', 'show', 'blue');
    const web = await shape(
      changed({ vm: Vm, seed: SeedFiles.nullable() }),
      'vm',
      'add',
      'web',
      '--network',
      'blue',
      '--start',
    );
    expect(['powering_up', 'up']).toContain(web.vm.state);
    await shape(
      changed({ vm: Vm, seed: SeedFiles.nullable() }),
      'vm',
      'add',
      'gw',
      '--network',
      'blue',
      '--network',
      'green,mac=56:6f:01:02:03:04',
      '--memory',
      '64',
    );
    await shape(changed({ vm: Vm }), 'vm', 'start', 'gw');
    await shape(changed({ vm: Vm, seed: SeedFiles.nullable() }), 'vm', 'add', 'ci', '--network', 'green', '--start');
    await shape(z.array(Vm).length(3), 'vm', 'list');
    await shape(Vm, 'vm', 'show', 'gw');
    await shape(changed({ vnic: Vnic }), 'vnic', 'add', 'web', '--network', 'spare');
    await shape(changed({ vnic: Vnic }), 'vnic', 'link', 'down', 'web', 'nic2');
    await shape(changed({ vnic: Vnic }), 'vnic', 'move', 'web', 'nic2', '--none');
    await shape(changed({ vnic: Vnic }), 'vnic', 'unplug', 'web', 'nic2');
    await shape(changed({}), 'vnic', 'remove', 'web', 'nic2', '--yes');
    await shape(z.array(Vnic).length(4), 'vnic', 'list');
    await shape(AtollMap, 'map');
    expect((await shape(Reach, 'reach', 'web', 'gw')).kind).toBe('direct');
    expect((await shape(Reach, 'reach', 'web', 'ci')).kind).toBe('through');
    await shape(z.array(IsolationCheck).length(3), 'network', 'check', '--all', '--probe');
    for (const verb of ['suspend', 'resume', 'reboot', 'shutdown']) await shape(changed({ vm: Vm }), 'vm', verb, 'ci');
    await shape(changed({}), 'vm', 'remove', 'ci', '--yes');
    await shape(z.array(Host).length(1), 'host', 'list');
    await shape(z.object({ host: Host }), 'host', 'show', 'pretend');
    await shape(changed({ host: Host }), 'host', 'sync', 'pretend');
    await shape(z.array(Lab).length(0), 'lab', 'list');
    await shape(z.array(Image).length(0), 'image', 'list');
    await shape(changed({ dataCenter: DataCenter }), 'datacenter', 'add', 'second');
    await shape(changed({ cluster: Cluster }), 'cluster', 'add', 'racks', '--datacenter', 'second');
    await shape(z.array(Cluster).length(2), 'cluster', 'list');
    await shape(changed({}), 'cluster', 'remove', 'racks', '--yes');
    await shape(changed({}), 'datacenter', 'remove', 'second', '--yes');
    const [job] = await shape(z.array(JobJson).min(1), 'job', 'list');
    await shape(JobJson, 'job', 'show', job?.id ?? '');
    await shape(JobJson, 'job', 'wait', job?.id ?? '');
    await shape(z.array(EventJson).min(10), 'event', 'list');
    await shape(Doctor, 'doctor');
    await shape(z.strictObject({ running: z.literal(true), home: z.string(), engine: Status }), 'status');
    await shape(
      z.strictObject({ version: z.string(), build: z.string(), contract: z.literal(1), node: z.string() }),
      'version',
    );
    expect((await shape(z.strictObject({ script: z.string() }), 'completion', 'bash')).script).toContain('complete -F');
  });

  it('says the same in words', async () => {
    expect(await atoll.ok('reach', 'web', 'gw')).toMatch(/^web reaches gw directly: both are on blue on pretend\.\n$/);
    expect(await atoll.ok('map')).toContain('blue (isolated');
    expect(await atoll.ok('network', 'list')).toMatch(/^NAME +ISOLATED/);
  });

  it('takes the words of a note, and removes it without any', async () => {
    await atoll.ok('network', 'add', 'noted', '--isolated', '--cluster', 'Default');
    expect(await atoll.ok('network', 'note', 'noted', 'pretend', 'for', 'Friday')).toBe('Noted on noted on pretend.\n');
    const events = z.array(EventJson).parse(await atoll.json('event', 'list', '--type', 'network.noted'));
    expect(events.map(({ message }) => message)).toEqual(['Note on noted on pretend: for Friday']);
    expect(await atoll.ok('network', 'note', 'noted', 'pretend')).toBe('The note was removed.\n');
    await atoll.ok('network', 'remove', 'noted', '--yes');
  });

  it('shows the schedule of backups without an event', async () => {
    expect(await atoll.ok('backup', 'rule')).toMatch(/^A backup is created every \d+ h/);
    expect(await atoll.json('event', 'list', '--type', 'store.backup_rule')).toEqual([]);
  });

  it('changes nothing in a dry run, and says what would change', async () => {
    // The first automatic backup comes a minute after the start, perhaps just now; it is no change of the dry run.
    const events = async () =>
      (await atoll.json<z.infer<typeof EventJson>[]>('event', 'list', '--limit', '10000')).filter(
        ({ type }) => type !== 'store.backed_up',
      );
    const before = await events();
    const said = await atoll.ok('network', 'add', 'planned', '--isolated', '--cluster', 'Default', '--dry-run');
    expect(said).toContain('on pretend:');
    expect(said).toContain('create the sealed bridge planned');
    await atoll.ok('network', 'remove', 'spare', '--dry-run');
    await atoll.ok('vm', 'stop', 'web', '--dry-run');
    expect(await events()).toEqual(before);
    expect((await atoll.refusal('network', 'show', 'planned')).code).toBe('NOT_FOUND');
  });

  it('gives the job its id with --no-wait, and waits for it later', async () => {
    const id = (await atoll.ok('network', 'add', 'later', '--isolated', '--cluster', 'Default', '--no-wait')).trim();
    expect(z.uuid().parse(id)).toBe(id);
    expect((await atoll.json<Job>('job', 'wait', id)).state).toBe('succeeded');
    expect(await atoll.ok('job', 'wait', id)).toContain('succeeded');
  });

  it('fails with 9 when the job fails, and says on which host and why', async () => {
    await atoll.ok('host', 'add', 'broken', '--simulated', '--faults', '1', '--no-wait');
    const { id } = (await atoll.json<Job[]>('job', 'list', '--limit', '1'))[0] ?? { id: '' };
    const ended = await refusalOfJob(id);
    expect(ended.exit).toBe(9);
    expect(ended.message).toContain('broken');
    await atoll.ok('host', 'maintenance', 'broken');
    await atoll.run(['host', 'remove', 'broken', '--yes', '--force']);
  });

  /** `job wait` prints the job also when it failed. */
  async function refusalOfJob(id: string): Promise<{ exit: number; message: string }> {
    const { exit, stdout, stderr } = await atoll.run(['job', 'wait', id, '--json']);
    expect(JobJson.parse(JSON.parse(stdout)).state).toBe('failed');
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
    expect(error.code).toBe('JOB_FAILED');
    return { exit, message: error.message };
  }

  it('follows events as they happen, one JSON value a line', async () => {
    const args = ['event', 'list', '--follow', '--limit', '1', '--json'];
    const follower = spawn(process.execPath, [program.cli, '--home', atoll.home, ...args]);
    const lines: string[] = [];
    createInterface({ input: follower.stdout }).on('line', (line) => lines.push(line));
    // The one of the past says that it is there.
    await eventually('the past', 30_000, async () => (lines.length > 0 ? true : undefined));
    await atoll.ok('datacenter', 'add', 'watched');
    const news = () =>
      lines.map((line) => (JSON.parse(line) as { message: string }).message).find((text) => text.includes('watched'));
    await eventually('the news', 30_000, async () => news());
    follower.kill('SIGINT');
    expect(await once(follower, 'exit')).toEqual([null, 'SIGINT']);
    await atoll.ok('datacenter', 'remove', 'watched', '--yes');
  });

  it.each([
    ['has read enough', 'head -1'],
    ['read nothing at all', 'true'],
  ])('ends a follower whose reader %s, with no further event', async (_, reader) => {
    const command = `"$0" "$1" --home "$2" event list --follow --limit 1 | ${reader}; echo "\${PIPESTATUS[0]}"`;
    const shell = spawn('bash', ['-c', command, process.execPath, program.cli, atoll.home], { timeout: 60_000 });
    let said = '';
    shell.stdout.on('data', (bytes) => (said += String(bytes)));
    expect(await once(shell, 'exit')).toEqual([0, null]);
    expect(said.trimEnd().split('\n').at(-1)).toBe('0');
  });

  it('talks to a guest on its console through a pipe', () => {
    const args = [program.cli, '--home', atoll.home, 'vm', 'console', 'web', '--silence', '0.5'];
    const script = join(atoll.home, 'typed');
    writeFileSync(script, 'help\n');
    const file = openSync(script, 'r');
    // It ends when its input does: what came from the pipe, or the file, is typed, and answered.
    for (const how of [{ input: 'help\n' }, { stdio: [file, 'pipe', 'pipe'] as Array<number | 'pipe'> }]) {
      const { stdout, status } = spawnSync(process.execPath, args, { ...how, timeout: 60_000, encoding: 'utf8' });
      expect(status).toBe(0);
      expect(stdout).toMatch(/simulated/i);
      expect(stdout).toContain('ping');
    }
    closeSync(file);
  });

  it('ends a console that only listens when nobody reads it any more', async () => {
    const command = '"$0" "$1" --home "$2" vm console web </dev/null | head -1; echo "${PIPESTATUS[0]}"';
    const shell = spawn('bash', ['-c', command, process.execPath, program.cli, atoll.home], { timeout: 60_000 });
    let said = '';
    shell.stdout.on('data', (bytes) => (said += String(bytes)));
    expect(await once(shell, 'exit')).toEqual([0, null]);
    expect(said.trimEnd().split('\n').at(-1)).toBe('0');
  });

  it('reports when its answer cannot be written, and keeps its exit code when nobody reads it', () => {
    const quiet = (args: readonly string[], stdio: Array<'ignore' | 'pipe' | number>) =>
      spawnSync(process.execPath, [program.cli, '--home', atoll.home, ...args], { stdio, encoding: 'utf8' });
    const full = openSync('/dev/full', 'w');
    try {
      const unwritten = quiet(['vm', 'list'], ['ignore', full, 'pipe']);
      expect(unwritten).toMatchObject({ status: 1, stderr: expect.stringContaining('ENOSPC') as string });
      expect(quiet(['vm', 'show', 'nosuch'], ['ignore', 'pipe', full]).status).toBe(3);
    } finally {
      closeSync(full);
    }
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['anything but yes', 'maybe\n'],
  ])('takes %s at a question for no', async (_name, typed) => {
    const command = [process.execPath, program.cli, '--home', atoll.home, 'vm', 'stop', 'web'];
    const terminal = spawn('script', ['-qec', command.map((word) => `'${word}'`).join(' '), '/dev/null']);
    let screen = '';
    terminal.stdout.on('data', (bytes) => {
      screen += String(bytes);
      if (screen.includes('[y/N]') && !terminal.stdin.writableEnded) terminal.stdin.end(typed);
    });
    const [exit] = (await once(terminal, 'close')) as [number];
    expect(screen).toContain('error[CANCELLED]: Nothing was changed.');
    expect(exit).toBe(130);
    expect((await atoll.json<Vm>('vm', 'show', 'web')).state).toBe('up');
  });

  it('offers a screen to viewers on a socket of its own, as long as it runs', async () => {
    expect(await atoll.refusal('vm', 'screen', 'web')).toMatchObject({ exit: 7, code: 'NOT_SUPPORTED' });
    // On a simulated host it is only looked for.
    const iso = join(atoll.home, 'desk.iso');
    writeFileSync(iso, 'x');
    await atoll.ok('vm', 'add', 'desk', '--iso', iso, '--start');
    const offered = spawn(process.execPath, [program.cli, '--home', atoll.home, '--json', 'vm', 'screen', 'desk']);
    const [line] = (await once(offered.stdout, 'data')) as [Buffer];
    const { socket } = z.strictObject({ socket: z.string() }).parse(JSON.parse(line.toString()));
    expect(statSync(dirname(socket)).mode & 0o077).toBe(0);
    const viewer = connect(socket);
    expect(String((await once(viewer, 'data'))[0])).toBe('RFB 003.008\n');
    viewer.write('RFB 003.008\n');
    expect((await once(viewer, 'data'))[0]).toEqual(Buffer.from([1, 1]));
    const gone = once(viewer, 'close');
    await atoll.ok('vm', 'stop', 'desk', '--yes');
    await gone;
    offered.kill('SIGINT');
    expect(await once(offered, 'exit')).toEqual([0, null]);
    expect(existsSync(dirname(socket))).toBe(false);
    await atoll.ok('vm', 'remove', 'desk', '--yes');
  });

  it('acts on several VMs side by side, reports each, and fails if one failed', async () => {
    for (const name of ['many1', 'many2', 'many3']) await atoll.ok('vm', 'add', name);
    const started = await atoll.run(['vm', 'start', 'many1', 'nope', 'many2', 'many1']);
    expect(started).toMatchObject({ exit: 3 });
    expect(started.stdout.split('\n').filter(Boolean).sort()).toEqual([
      expect.stringMatching(/^VM many1 is (up|powering up)\.$/),
      expect.stringMatching(/^VM many2 is (up|powering up)\.$/),
    ]);
    expect(started.stderr).toContain('"nope"');
    expect(started.stderr).toContain('Failed for 1 of 3: nope.');
    const stopped = z
      .array(
        z.strictObject({
          name: z.string(),
          output: changed({ vm: Vm }).nullable(),
          error: z.looseObject({}).nullable(),
        }),
      )
      .parse(JSON.parse((await atoll.run(['vm', 'stop', 'many1', 'many3', 'many2', '--yes', '--json'])).stdout));
    expect(stopped.map(({ name, output }) => [name, output?.vm.state ?? null])).toEqual([
      ['many1', 'down'],
      ['many3', null],
      ['many2', 'down'],
    ]);
    expect(stopped[1]?.error).toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it('acts on all VMs in whose state it is possible with --all, but not without a choice', async () => {
    expect((await atoll.run(['vm', 'start'])).stderr).toContain('Give names of VMs, or --all.');
    expect((await atoll.run(['vm', 'start', 'many1', '--all'])).stderr).toContain('Give names of VMs, or --all.');
    expect((await atoll.ok('vm', 'start', '--all', '--dry-run')).trimEnd().split('\n').at(-1)).toBe(
      'Nothing was changed (dry run).',
    );
    const names = (text: string) => [...text.matchAll(/^VM (many\d) was removed\.$/gm)].map(([, name]) => name).sort();
    await atoll.ok('vm', 'start', 'many3');
    const removed = await atoll.run(['vm', 'remove', 'many1', 'many2', 'many3', '--yes']);
    expect(names(removed.stdout)).toEqual(['many1', 'many2']);
    expect(removed).toMatchObject({ exit: 4 });
    await atoll.ok('vm', 'stop', 'many3', '--yes');
    expect((await atoll.run(['undo'])).stderr).toContain(`last action can't be undone: Stop VM many3`);
    await atoll.ok('vm', 'remove', 'many3', '--yes');
  });

  it('asks before it destroys: without a terminal and --yes nothing happens', async () => {
    for (const args of [
      ['network', 'remove', 'blue'],
      ['vm', 'stop', 'web'],
      ['vm', 'remove', 'web'],
      ['host', 'remove', 'pretend'],
      ['host', 'maintenance', 'pretend', '--stop-vms'],
      ['demo', '--remove'],
      ['restore', '/nowhere'],
    ]) {
      expect(await atoll.refusal(...args)).toMatchObject({ exit: 2, code: 'BAD_INPUT', field: 'yes' });
    }
    expect((await atoll.json<Vm>('vm', 'show', 'web')).state).toBe('up');
  });

  describe('with hostile or wrong input', () => {
    it.each([
      [';$(reboot)'],
      ['`id`'],
      ['"double" \'single\''],
      ['../../etc'],
      ['-rf'],
      ['--yes'],
      ['🏝️ 数据'],
      ['<b>&amp;</b>'],
      ["x'; DROP TABLE vms; --"],
      ['eth0'],
      ['all'],
      ['%s%n'],
      ['x'.repeat(256)],
    ])('takes %j as a name like any other', async (name) => {
      const { stdout } = await atoll.run([
        '--json',
        'network',
        'add',
        '--isolated',
        '--cluster',
        'Default',
        '--',
        name,
      ]);
      const { network } = JSON.parse(stdout) as { network: Network };
      expect(network.name).toBe(name);
      expect(network.bridge).toMatch(/^[0-9a-zA-Z_][0-9a-zA-Z_-]{0,14}$/);
      expect(['eth0', 'all']).not.toContain(network.bridge);
      const { exit } = await atoll.run(['network', 'remove', '--yes', '--', name]);
      expect(exit).toBe(0);
    });

    it.each([
      ['a line break in a name', ['network', 'add', 'a\nb'], 'BAD_INPUT', 2, 'name'],
      ['an escape sequence in a name', ['network', 'add', 'a\u001b[31m'], 'BAD_INPUT', 2, 'name'],
      ['300 characters', ['network', 'add', 'x'.repeat(300)], 'BAD_INPUT', 2, 'name'],
      ['no characters', ['network', 'add', ''], 'BAD_INPUT', 2, 'name'],
      ['a name like a bond', ['network', 'add', 'bond0'], 'BAD_INPUT', 2, 'name'],
      ['an MTU of 67', ['network', 'add', 'n', '--mtu', '67'], 'BAD_INPUT', 2, 'mtu'],
      ['an MTU of 70000', ['network', 'add', 'n', '--mtu', '70000'], 'BAD_INPUT', 2, 'mtu'],
      ['an MTU that is no number', ['network', 'add', 'n', '--mtu', 'big'], 'BAD_INPUT', 2, 'mtu'],
      ['a VLAN on an isolated network', ['network', 'add', 'n', '--isolated', '--vlan', '5'], 'RULE_BROKEN', 4, 'vlan'],
      ['a name that is taken', ['network', 'add', 'blue', '--isolated'], 'CONFLICT', 4, 'name'],
      ['a VM name that is taken', ['vm', 'add', 'web'], 'CONFLICT', 4, 'name'],
      ['a MAC that is no MAC', ['vm', 'add', 'v', '--network', 'blue,mac=zz'], 'BAD_INPUT', 2, undefined],
      ['a network that is not there', ['vm', 'add', 'v', '--network', 'nowhere'], 'NOT_FOUND', 3, undefined],
      ['a disk that is not there', ['vm', 'add', 'v', '--disk', '/no/such.qcow2'], 'BAD_INPUT', 2, 'boot.path'],
      ['a folder as a CD', ['vm', 'add', 'v', '--iso', '/tmp'], 'BAD_INPUT', 2, 'cdroms.0.path'],
      [
        'a kernel that is not there',
        ['vm', 'add', 'v', '--kernel', '/no/such', '--start'],
        'BAD_INPUT',
        2,
        'boot.kernel',
      ],
      ['a host of no kind', ['host', 'add', 'h'], 'BAD_INPUT', 2, 'how'],
      ['a cluster in use', ['cluster', 'remove', 'Default', '--yes'], undefined, 4, undefined],
      ['a network in use', ['network', 'remove', 'blue', '--yes'], undefined, 4, undefined],
    ])('refuses %s and changes nothing', async (_what, args, code, exit, field) => {
      const all = async (): Promise<string[]> => [
        await atoll.ok('network', 'list', '--json'),
        await atoll.ok('vm', 'list', '--json'),
      ];
      const before = await all();
      const error = await atoll.refusal(...args);
      if (code !== undefined) expect(error.code).toBe(code);
      if (exit !== undefined) expect(error.exit).toBe(exit);
      if (field !== undefined) expect(error.field).toBe(field);
      expect(error.exit).toBeGreaterThan(0);
      expect(error.message).not.toBe('');
      expect(await all()).toEqual(before);
    });

    it('never lets a stored text drive the terminal', async () => {
      await atoll.ok('network', 'update', 'blue', '--comment', 'two\nlines\tand \u202eback');
      const { stdout } = await atoll.run(['network', 'list']);
      expect(stdout).toContain('two\\nlines\\tand \\u{202e}back');
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    });

    it('says what it does not understand, on stderr, with a hint', async () => {
      const wrong: Ended = await atoll.run(['netwrk', 'list']);
      expect(wrong).toMatchObject({ exit: 2, stdout: '' });
      expect(wrong.stderr).toMatch(/^error\[BAD_INPUT\]: .*network/s);
      expect(wrong.stderr).toContain('hint: ');
    });
  });

  it('stops as asked, also a second time, and starts again when needed', async () => {
    await atoll.ok('vm', 'list');
    const pid = await atoll.enginePid();
    expect(await atoll.json('stop')).toEqual({ stopped: true });
    // Whoever adopted it may be slow to reap it.
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(await atoll.json('stop')).toEqual({ stopped: false });
    expect(await atoll.json('status')).toEqual({ running: false, home: atoll.home, engine: null });
    // The simulated host outlived the engine, and so did its VMs.
    expect((await atoll.json<Vm>('vm', 'show', 'web')).state).toBe('up');
  });

  it('survives kill -9 of the engine: the next command starts another', async () => {
    await atoll.ok('vm', 'list');
    const before = await atoll.killEngine();
    expect(await atoll.json<Network[]>('network', 'list')).not.toEqual([]);
    expect(await atoll.enginePid()).not.toBe(before);
  });
});
