import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { COMMANDS } from './commands/all';
import type { Input } from './input';
import { buildProgram, fromCommander } from './program';
import { optionsOf } from './spec';

/** The arguments that a command would receive. */
async function parse(...args: string[]): Promise<{ path: string; input: Input }> {
  let seen: { path: string; input: Input } | null = null;
  const program = buildProgram((spec, input) => {
    seen = { path: spec.path.join(' '), input };
    return Promise.resolve();
  });
  await program.parseAsync(args, { from: 'user' });
  if (!seen) throw new Error('no command was called');
  return seen;
}

async function refusal(...args: string[]): Promise<AppError> {
  try {
    await parse(...args);
  } catch (error) {
    const known = error instanceof CommanderError ? fromCommander(error, args) : null;
    if (known) return known;
    throw error;
  }
  throw new Error('it was not refused');
}

/** The help of a command, as it is printed. */
async function helpOf(path: readonly string[]): Promise<string> {
  let text = '';
  const program = buildProgram(() => Promise.resolve());
  const leaf = path.reduce((command, word) => {
    const found = command.commands.find((child) => child.name() === word);
    if (!found) throw new Error(`no ${word}`);
    return found;
  }, program);
  leaf.configureOutput({ writeOut: (part) => (text += part) });
  await expect(program.parseAsync([...path, '--help'], { from: 'user' })).rejects.toMatchObject({ exitCode: 0 });
  return text;
}

describe('a noun alone', () => {
  it('prints its verbs', async () => {
    const error = await refusal('job');
    expect(error).toMatchObject({ code: 'BAD_INPUT', remedy: note('See atoll job --help.') });
    expect(error.message).toContain('atoll job list|show|wait|cancel|retry');
  });
});

describe('a refusal', () => {
  it.each([
    [['network', 'attach', 'blue', 'Default'], 'See atoll network attach --help.'],
    [['network', 'explode'], 'See atoll network --help.'],
    [['explode'], 'See atoll --help.'],
    [['vm', 'add', 'x', '--nic'], 'See atoll vm add --help. Write a name that begins with a dash after -- .'],
  ])('of %j names the help of the command', async (typed, hint) => {
    expect((await refusal(...typed)).remedy).toEqual(note(hint));
  });
});

describe('the command line', () => {
  it('is passed to the command: arguments, flags, lists, numbers', async () => {
    const { path, input } = await parse(
      'network',
      'add',
      'a',
      'b',
      '--isolated',
      '--cluster',
      'x',
      '--cluster',
      'y z',
      '--mtu',
      '9000',
      '--dry-run',
    );
    expect(path).toBe('network add');
    expect(input.args('NAME')).toEqual(['a', 'b']);
    expect(input.list('cluster')).toEqual(['x', 'y z']);
    expect(input.number('mtu')).toBe(9000);
    expect([input.flag('isolated'), input.flag('dry-run'), input.flag('no-wait'), input.flag('json')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(input.text('comment')).toBeUndefined();
  });

  it('allows the common options before the noun too; a later one wins', async () => {
    const { input } = await parse('--home', '/a', '--json', 'vm', 'list', '--home', '/b');
    expect([input.text('home'), input.flag('json')]).toEqual(['/b', true]);
  });

  it('supports --no-wait', async () => {
    expect((await parse('vm', 'start', 'web', '--no-wait')).input.flag('no-wait')).toBe(true);
  });

  it.each([[';$(reboot)'], ['"quoted" \'name\''], ['a\nb'], ['../x'], ['🏝️'], ['x'.repeat(300)], ['--json']])(
    'treats %j as data after --',
    async (name) => {
      const { input } = await parse('network', 'add', '--', name);
      expect(input.args('NAME')).toEqual([name]);
      expect(input.flag('json')).toBe(false);
    },
  );

  it('accepts any text as the value of an option', async () => {
    expect((await parse('vm', 'add', 'x', '--comment', '--json')).input.text('comment')).toBe('--json');
  });

  it('is refused with BAD_INPUT if it is invalid', async () => {
    expect(await refusal('network', 'add')).toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('NAME') as string,
    });
    expect(await refusal('network', 'add', '-lead')).toMatchObject({
      code: 'BAD_INPUT',
      remedy: note(expect.stringContaining('--') as string),
    });
    expect(await refusal('network', 'add', 'x', '--nonsense')).toMatchObject({ code: 'BAD_INPUT' });
    expect(await refusal('netwrk', 'list')).toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('network') as string,
    });
    expect(await refusal('vm', 'show', 'a', 'b')).toMatchObject({ code: 'BAD_INPUT' });
    expect(await refusal('network', 'add', 'x', '--mtu')).toMatchObject({ code: 'BAD_INPUT' });
  });

  it.each([['abc'], ['1e9'], ['0x44'], [''], ['1 2'], ['NaN']])('refuses %j as a number', async (text) => {
    const { input } = await parse('network', 'add', 'x', '--mtu', text);
    expect(() => input.number('mtu')).toThrow(AppError);
  });
});

describe('help', () => {
  it.each(COMMANDS.map((spec) => [spec.path.join(' '), spec] as const))(
    'for %s lists all arguments and options',
    async (_name, spec) => {
      const text = await helpOf(spec.path);
      for (const { name } of optionsOf(spec)) expect(text).toContain(`--${name}`);
      for (const { name } of spec.args ?? []) expect(text).toContain(name);
    },
  );
});
