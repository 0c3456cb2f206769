import { expect, test } from 'vitest';
import { devicesWithHooks, hasMirred, readFilters } from './traffic-control';

/** Recorded: a u32 filter on the ingress of a port, which copies everything to `out`. */
const MIRROR =
  '[{"protocol":"all","pref":49152,"kind":"u32","chain":0},{"protocol":"all","pref":49152,"kind":"u32","chain":0,"options":{"fh":"800:","ht_divisor":1}},{"protocol":"all","pref":49152,"kind":"u32","chain":0,"options":{"fh":"800::800","order":2048,"key_ht":"800","bkt":"0","not_in_hw":true,"match":{"value":"0","mask":"0","offmask":"","off":0},"actions":[{"order":1,"kind":"mirred","mirred_action":"mirror","direction":"egress","to_dev":"out","control_action":{"type":"pipe"},"index":1,"ref":1,"bind":1}]}}]';
const POLICE =
  '[{"protocol":"all","pref":49152,"kind":"u32","chain":0,"options":{"fh":"800::800","actions":[{"order":0,"kind":"police","index":1}]}}]';
const PROGRAM = '[{"protocol":"all","pref":49152,"kind":"bpf","chain":0,"options":{"bpf_name":"x","id":7}}]';

test.each([
  ['none', '', []],
  ['an empty list', '[]', []],
  ['a mirror', MIRROR, ['out']],
  ["a limit of libvirt's", POLICE, []],
  ['a program', PROGRAM, ['']],
])('filters: %s', (_words, json, to) => expect(readFilters(json)).toEqual(to));

test('devices with hooks are those with clsact or ingress, whatever their queue is', () => {
  const qdiscs =
    '[{"kind":"noqueue","handle":"0:","dev":"v1","root":true},{"kind":"fq_codel","handle":"0:","dev":"v0","root":true},{"kind":"clsact","handle":"ffff:","dev":"v0","parent":"ffff:fff1"},{"kind":"ingress","handle":"ffff:","dev":"v2"}]';
  expect([...devicesWithHooks(qdiscs)]).toEqual(['v0', 'v2']);
  expect([...devicesWithHooks('')]).toEqual([]);
});

test('redirects are reported as a whole', () => {
  expect(hasMirred('[{"total acts":1},{"actions":[{"order":0,"kind":"mirred","to_dev":"out"}]}]')).toBe(true);
  expect(hasMirred('[{"total acts":0}]')).toBe(false);
  expect(hasMirred('')).toBe(false);
});
