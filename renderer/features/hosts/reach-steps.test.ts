import { expect, test } from 'vitest';
import type { DoctorCheck } from '../../../contract';
import { reachSteps } from './reach-steps';

const tones = (...of: Parameters<typeof reachSteps>): string =>
  reachSteps(...of)
    .map(({ tone }) => tone)
    .join(' ');
const form = { kind: 'form' } as const;
const checked = (state: DoctorCheck['state']) =>
  ({ kind: 'checked', checks: [{ id: 'ip', title: 'ip', state, found: '', matters: '', remedy: null }] }) as const;

test.each([
  ['nothing tried', form, null, 'off off off off'],
  ['no answer', form, 'HOST_UNREACHABLE', 'bad off off off'],
  ['a key to compare', { kind: 'key', ask: {} } as never, null, 'ok busy off off'],
  ['a refused password', form, 'FORBIDDEN', 'ok ok bad off'],
  ['a host with all tools', checked('ok'), null, 'ok ok ok ok'],
  ['a host that lacks one', checked('missing'), null, 'ok ok ok bad'],
] as const)('for %s', (_, step, code, expected) => {
  expect(tones(step, code === null ? null : { code })).toBe(expected);
});
