import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Pipe } from '../shell';
import { KeptVirsh } from './kept-virsh';
import { pipeProcess } from './spawn';

const NO_VIRSH = spawnSync('virsh', ['--version']).error !== undefined;
const BLOCK = NO_VIRSH ? 'a virsh that stays (skipped: needs virsh)' : 'a virsh that stays';
const TIMES = { answer: 5_000, idle: 5_000, rest: 60_000 };
/** The VM of libvirt's test driver. */
const ID = '6695eb01-f6a4-8304-79aa-97f2502e193f';
const NOBODY = '00000000-f6a4-8304-79aa-97f2502e193f';

const opened: KeptVirsh[] = [];
afterEach(() => opened.splice(0).forEach((kept) => kept.close()));

/** With what it starts: `sh -c` with the script of ours, or another one that behaves differently. */
function keep(instead?: string, times = TIMES) {
  const pipes: Pipe[] = [];
  const start = vi.fn(async (argv: readonly string[]) => {
    const script = instead ?? `LIBVIRT_DEFAULT_URI=test:///default; export LIBVIRT_DEFAULT_URI\n${argv.at(-1)}`;
    const pipe = await pipeProcess({ host: 'here', argv: ['sh', '-c', script], shown: [] });
    pipes.push(pipe);
    return pipe;
  });
  const kept = new KeptVirsh(start, times);
  opened.push(kept);
  const ask = (...commands: string[]) => kept.ask(commands, { starts: true });
  return { kept, start, pipes, ask };
}

describe.skipIf(NO_VIRSH)(BLOCK, () => {
  it('answers one question after the other, with one start', async () => {
    const { ask, start } = keep();
    expect(await ask(`domstate --reason ${ID}`, 'list --all --uuid')).toEqual(['running (unknown)\n', `${ID}\n`]);
    const [xml] = (await ask(`dumpxml ${ID} --security-info --inactive`)) ?? [];
    expect(xml).toMatch(/^<domain type='test'>[^]*<\/domain>\n$/);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('prints errors where the answer would be', async () => {
    const { ask } = keep();
    const text = `error: failed to get domain '${NOBODY}'\n`;
    expect(await ask(`domstate ${NOBODY}; dumpxml ${NOBODY}`, `domstate ${ID}`)).toEqual([
      expect.stringContaining(text),
      'running\n',
    ]);
  });

  it('answers as a virsh of its own does, for many questions at once', async () => {
    const { ask } = keep();
    const alone = spawnSync('virsh', ['-q', '-c', 'test:///default', 'dumpxml', ID]).stdout.toString();
    const answers = await ask(...Array.from({ length: 60 }, () => `domstate --reason ${ID}; dumpxml ${ID}`));
    expect(answers).toHaveLength(60);
    expect(new Set(answers)).toEqual(new Set([`running (unknown)\n${alone}`]));
  });

  it('gives each caller one of its own, and refuses more than four', async () => {
    const { ask, start } = keep();
    const all = await Promise.all(Array.from({ length: 6 }, () => ask(`domstate ${ID}`)));
    expect(all.filter((answers) => answers !== null)).toEqual(Array.from({ length: 4 }, () => ['running\n']));
    expect(await Promise.all([ask(`domstate ${ID}`), ask(`domstate ${ID}`)])).toEqual([['running\n'], ['running\n']]);
    expect(start).toHaveBeenCalledTimes(4);
  });

  it('is not started for who only asks an open one', async () => {
    const { kept, ask, start } = keep();
    expect(await kept.ask([`domstate ${ID}`])).toBe(null);
    expect(start).not.toHaveBeenCalled();
    await ask(`domstate ${ID}`);
    expect(await kept.ask([`domstate ${ID}`])).toEqual(['running\n']);
  });

  it.each(["domstate 'x", 'list\nundefine x', 'domstate "$(id)"', 'domstate x;', 'list \t', '', 'echo \u00e9'])(
    'refuses what is no constant and no id: %j',
    async (command) => {
      const { ask, start } = keep();
      expect(await ask(command)).toBe(null);
      expect(start).not.toHaveBeenCalled();
    },
  );

  it('ends when nobody asks, and on close', async () => {
    const { ask, pipes, kept } = keep(undefined, { ...TIMES, idle: 20 });
    await ask(`domstate ${ID}`);
    await pipes[0]!.ended;
    await ask(`domstate ${ID}`);
    kept.close();
    await pipes[1]!.ended;
    expect(pipes).toHaveLength(2);
  });

  it('is asked no more after it ended, and not started again for a while', async () => {
    const { ask, pipes, start } = keep();
    await ask(`domstate ${ID}`);
    pipes[0]!.close();
    await pipes[0]!.ended;
    // It was idle when it ended: no question failed.
    expect(await ask(`domstate ${ID}`)).toEqual(['running\n']);
    const dying = ask(...Array.from({ length: 500 }, () => `dumpxml ${ID}`));
    pipes[1]!.close();
    expect(await dying).toBe(null);
    expect(await ask(`domstate ${ID}`)).toBe(null);
    expect(start).toHaveBeenCalledTimes(2);
  });

  it('is ended by its caller, which says nothing of the next', async () => {
    const { kept, ask, start } = keep();
    await ask(`domstate ${ID}`);
    const cut = new AbortController();
    const asked = kept.ask(
      Array.from({ length: 500 }, () => `dumpxml ${ID}`),
      { signal: cut.signal },
    );
    cut.abort();
    expect(await asked).toBe(null);
    expect(await ask(`domstate ${ID}`)).toEqual(['running\n']);
    expect(start).toHaveBeenCalledTimes(2);
  });
});

/** A virsh that answers, with more around it. $1 of `say`: the command of a line. */
const ODD = (answer: string, after = ''): string => `
printf 'virsh # '
while IFS= read -r line; do
  a=\${line#"echo '"}; b=\${a#*"'"}; a=\${a%%"'"*}; b=\${b#"'"}; b=\${b%%"'"*}
  c=\${line##*"echo '"}; d=\${c#*"'"}; c=\${c%%"'"*}; d=\${d#"'"}; d=\${d%%"'"*}
  ${answer}
  ${after}
done`;
const RIGHT = `printf '%s\\n%s%s%s%s' "$line" "$a$b" yes "$c$d" 'virsh # '`;

describe('a virsh that behaves differently', () => {
  const failing = (script: string, times = TIMES) => keep(script, times).ask('list');

  it('is believed if only its answer differs', async () => {
    expect(await failing(ODD(RIGHT))).toEqual(['yes']);
  });

  it.each([
    ['prints something before its answer', ODD(`echo error: lost; ${RIGHT}`)],
    ['prints something after it', ODD(`printf '%s\\n%s%s%s %s' "$line" "$a$b" yes "$c$d" 'error: lost'`)],
    ['does not repeat the question', ODD(`printf '%s%s%s%s' "$a$b" yes "$c$d" 'virsh # '`)],
    ['ends in the middle of an answer', ODD(`printf '%s\\n%s%s' "$line" "$a$b" half; exit 0`)],
    ['cannot be started', 'exit 127'],
    ['prints without end', 'exec yes'],
  ])('has no answer if it %s', async (_, script) => {
    expect(await failing(script)).toBe(null);
  });

  it('has no answer, and is ended, if it hangs', async () => {
    const { ask, pipes } = keep('printf "virsh # "; exec sleep 600', { ...TIMES, answer: 50 });
    expect(await ask('list')).toBe(null);
    expect(await pipes[0]!.ended).toBe(null);
  });

  it('is ended if it prints something while nobody asks, as when libvirt is lost', async () => {
    const { ask, pipes } = keep(ODD(RIGHT, 'sleep 0.1; echo error: Disconnected from qemu:///system'));
    expect(await ask('list')).toEqual(['yes']);
    await pipes[0]!.ended;
    expect(await ask('list')).toEqual(['yes']);
    expect(pipes).toHaveLength(2);
  });
});
