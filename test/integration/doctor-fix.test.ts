import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Doctor } from '../../contract';
import { AtollCli } from '../support/atoll-cli';
import { type Gap, makeGap, noGap } from '../support/gap';
import { builtProgram, type Program } from '../support/program';

describe.skipIf(noGap !== null)('atoll doctor --fix (needs slirp4netns and apt-get)', () => {
  let program: Program;
  let cli: AtollCli;
  let gap: Gap;

  beforeAll(() => {
    program = builtProgram();
    cli = new AtollCli(program);
    gap = makeGap();
  });
  afterAll(async () => {
    await cli.run(['stop'], gap);
    await cli.dispose();
    gap.remove();
    program.remove();
  });

  const stateOf = (doctor: Doctor): string | undefined =>
    doctor.checks.find((check) => check.id === 'slirp4netns')?.state;

  it('finds the gap and shows its remedy as a command', async () => {
    const { exit, stdout } = await cli.run(['doctor'], gap);
    expect(exit).toBe(0);
    expect(stdout).toContain('slirp4netns not found');
    expect(stdout).toMatch(/apt-get install --yes --no-install-recommends slirp4netns/);
  });

  it('does not run it unasked', async () => {
    const { exit, stderr } = await cli.run(['doctor', '--fix'], gap);
    expect(exit).toBe(2);
    expect(stderr).toContain('--yes');
    const { stdout } = await cli.run(['doctor', '--json'], gap);
    expect(stateOf(JSON.parse(stdout) as Doctor)).toBe('warning');
  });

  it('runs it, shows its output, and looks again', async () => {
    const { exit, stdout, stderr } = await cli.run(['doctor', '--fix', '--yes', '--json'], gap);
    expect(stderr).toContain('Setting up slirp4netns');
    expect(exit).toBe(0);
    const after = JSON.parse(stdout) as Doctor;
    expect(stateOf(after)).toBe('ok');
    expect(after.checks.find((check) => check.id === 'slirp4netns')?.found).toBe('9.8.7');
  });
});
