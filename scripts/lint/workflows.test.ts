import { describe, expect, it } from 'vitest';
import { workflowErrors } from './workflows.mjs';

const JOB = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo\n';

describe('the check of workflows', () => {
  it('passes a workflow without errors', async () => {
    expect(await workflowErrors('ok.yml', JOB)).toEqual([]);
  });

  it.each([
    ['an unknown key', JOB.replace('runs-on', 'run-on'), /run-on/],
    [
      'a job whose dependency does not exist',
      JOB.replace('    steps', '    needs: lint\n    steps'),
      /no dependencies/,
    ],
    ['an unknown context in an expression', JOB.replace('echo', 'echo ${{ nothing.os }}'), /nothing/],
    ['text that is not YAML', 'on: [push', /./],
  ])('names the place of %s', async (_, text, message) => {
    const errors = await workflowErrors('broken.yml', text);
    expect(errors.join('\n')).toMatch(message);
    expect(errors[0]).toMatch(/broken\.yml/);
  });
});
