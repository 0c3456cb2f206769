import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { inOneScript, type ScriptPart } from './script-parts';

function ran(parts: readonly ScriptPart[], input = ''): { readonly exit: number; readonly stdout: string } {
  const { script, args } = inOneScript(parts);
  const line = `sh -c "$0" sh "$@"; echo "exit $?"`;
  const stdout = execFileSync('sh', ['-c', line, script, ...args], { input, encoding: 'utf8' });
  return { exit: Number(/exit (\d+)\n$/.exec(stdout)?.[1]), stdout: stdout.replace(/exit \d+\n$/, '') };
}

const say = (...args: string[]): ScriptPart => ({ script: `printf '[%s]' "$@"`, args });

describe('scripts that are sent as one', () => {
  it('have arguments of their own, whatever is in them', () => {
    const hostile = [`a b`, `$(id)`, `';id;'`, '"`id`"', '\\', '-n', ''];
    const many = Array.from({ length: 12 }, (_, i) => `${i}`);
    expect(ran([say(...hostile), say(...many), say('last')]).stdout).toBe(
      [...hostile, ...many, 'last'].map((each) => `[${each}]`).join(''),
    );
  });

  it('end with the first that fails, with its exit code', () => {
    expect(ran([say('1'), { script: 'exit 7', args: [] }, say('2')])).toEqual({ exit: 7, stdout: '[1]' });
    expect(ran([say('1'), { script: 'exec false', args: [] }, say('2')])).toEqual({ exit: 1, stdout: '[1]' });
  });

  it('do not end the others, change their variables, or take their input', () => {
    const parts: ScriptPart[] = [
      { script: 'cd /; x=1; cat; exit 0', args: [] },
      { script: 'printf "%s" "<$x>"; cat', args: [], reads: true },
      { script: 'cat; echo end', args: [] },
    ];
    expect(ran(parts, 'in\n')).toEqual({ exit: 0, stdout: '<>in\nend\n' });
  });
});
