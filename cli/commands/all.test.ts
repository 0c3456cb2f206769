import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliReference } from '../docs';
import { SCRIPTS } from '../completion-scripts';
import { optionsOf, usage } from '../spec';
import { COMMANDS, NOUNS } from './all';

/** Nouns and verbs of the CLI's specification. */
const PROMISED = `doctor version status stop completion demo backup restore map reach
datacenter:list,show,add,update,remove cluster:list,show,add,update,remove
host:list,show,add,activate,maintenance,sync,remove lab:list,stop,remove
network:list,show,add,update,attach,detach,remove,check
vm:list,show,add,update,start,shutdown,stop,reboot,reset,suspend,resume,remove,console,screen image:list,add,remove
vnic:list,add,plug,unplug,link,move,remove job:list,show,wait,cancel,retry event:list`
  .split(/\s+/)
  .flatMap((entry) => {
    const [noun = '', verbs] = entry.split(':');
    return verbs === undefined ? [noun] : verbs.split(',').map((verb) => `${noun} ${verb}`);
  });

/** Destructive commands, which must ask for confirmation. */
const ASKS = [
  'datacenter remove',
  'cluster remove',
  'host remove',
  'host take-over',
  'host import',
  'vm forget',
  'disk remove',
  'forward remove',
  'outside disable',
  'promise remove',
  'promise remove-group',
  'host maintenance',
  'lab stop',
  'lab remove',
  'lab reset',
  'snapshot revert',
  'snapshot remove',
  'network remove',
  'network remove-profile',
  'vm stop',
  'vm reset',
  'vm remove',
  'vnic remove',
  'image remove',
  'trash empty',
  'backup remove',
  'backup prune',
  'restore',
  'demo',
];

const named = COMMANDS.map((spec) => [spec.path.join(' '), spec] as const);

describe('the table of commands', () => {
  it('contains every specified command exactly once', () => {
    const have = named.map(([name]) => name);
    expect(new Set(have).size).toBe(have.length);
    for (const name of PROMISED) expect(have).toContain(name);
  });

  it('asks for confirmation before destructive commands, and marks no others', () => {
    expect(
      named
        .filter(([, spec]) => spec.destructive)
        .map(([name]) => name)
        .sort(),
    ).toEqual([...ASKS].sort());
  });

  it('describes every noun', () => {
    for (const { path } of COMMANDS) if (path.length === 2) expect(NOUNS[path[0]]).toBeTruthy();
  });

  it.each(named)(
    '%s: is complete and runnable',
    async (_name, spec) => {
      expect(spec.about).toMatch(/^[^A-Z.].*[^.]$/);
      expect(spec.json).not.toBe('');
      const names = optionsOf(spec).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toContain('json');
      expect(names).toContain('home');
      if (spec.changes) expect(names).toEqual(expect.arrayContaining(['dry-run', 'no-wait']));
      const args = spec.args ?? [];
      expect(args.slice(0, -1).some(({ many, optional }) => many || optional)).toBe(false);
      expect(typeof (await spec.run())).toBe('function');
      // The first import loads the whole engine, which has to be transformed.
    },
    60_000,
  );

  it('has every argument and option that the code of a command reads', () => {
    const known = {
      arg: new Set(COMMANDS.flatMap(({ args = [] }) => args.map(({ name }) => name))),
      option: new Set(COMMANDS.flatMap((spec) => optionsOf(spec).map(({ name }) => name))),
    };
    const reads = readdirSync('cli/run')
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .flatMap((name) => [...readFileSync(join('cli/run', name), 'utf8').matchAll(/\binput\.(\w+)\('([^']+)'\)/g)]);
    const unknown = reads
      .map(([, kind = '', name = '']) => ({ kind: /arg/i.test(kind) ? ('arg' as const) : ('option' as const), name }))
      .filter(({ kind, name }) => !known[kind].has(name));
    expect(reads.length).toBeGreaterThan(100);
    expect(unknown).toEqual([]);
  });

  it('has no option that is always refused', () => {
    const refused = COMMANDS.flatMap((spec) => optionsOf(spec).filter(({ about }) => about.startsWith('refused')));
    expect(refused).toEqual([]);
  });

  it('matches docs/cli.md (else run: node scripts/docs.mjs)', () => {
    expect(readFileSync('docs/cli.md', 'utf8')).toBe(cliReference());
  });

  it('formats the usage line', () => {
    expect(
      named.filter(([name]) => name === 'network add' || name === 'vnic list').map(([, spec]) => usage(spec)),
    ).toEqual(['atoll network add NAME...', 'atoll vnic list [VM]']);
  });
});

describe('completion scripts', () => {
  it('never let bash expand a candidate', () => {
    expect(SCRIPTS.bash).toContain("printf '%q'");
    expect(SCRIPTS.bash).not.toContain('compgen -W');
    for (const script of Object.values(SCRIPTS)) expect(script).not.toContain('eval');
  });
});
