import { expect, it } from 'vitest';
import { isBrokenBy, parseAsk, pathHighlight } from './ask';
import type { Model } from './model';

const vm = (name: string) => ({ id: `id-${name}`, name, state: 'up' as const, hostId: 'h' });
const model = { map: { vms: ['web1', 'web2', 'db2', 'road to rome', 'rome'].map(vm) } } as unknown as Model;
const asked = (words: string) => {
  const ask = parseAsk(words, model);
  return ask && [ask.from.name, ask.to.name];
};

it('reads a question by the names of two VMs', () => {
  expect(asked('web1 to db2')).toEqual(['web1', 'db2']);
  expect(asked(' WEB1  ->  db ')).toEqual(['web1', 'db2']);
  expect(asked('road to rome to db2')).toEqual(['road to rome', 'db2']);
  expect(asked('db2 to road to rome')).toEqual(['db2', 'road to rome']);
});

it('reads a question as it is asked', () => {
  for (const words of [
    "why can't web1 reach db2?",
    'why can web1 not reach db2',
    'Can web1 reach db2 ?',
    'web1 reaches db2',
    'web1 cannot reach db2',
    "why doesn't web1 reach db",
  ])
    expect([words, asked(words)]).toEqual([words, ['web1', 'db2']]);
});

it('takes other words as a search', () => {
  for (const words of ['web1', 'web1 to', 'to db2', 'web to db2', 'web1 to web1', 'web1 to nobody', 'road to rome'])
    expect([words, asked(words)]).toEqual([words, null]);
});

it('highlights what is on a path', () => {
  const step = { kind: 'island', from: 'a', to: 'b', network: 'n', host: 'h', networkId: 'n', hostId: 'h' } as const;
  const { vms, islands } = pathHighlight(
    [
      { ...step, fromVmId: 'a', toVmId: 'b' },
      { ...step, fromVmId: 'b', toVmId: null, hostId: null },
    ],
    ['z'],
  );
  expect([...vms]).toEqual(['z', 'a', 'b']);
  expect([...islands]).toEqual(['n/h', 'n/']);
});

it('knows which promises what was asked breaks', () => {
  const ask = parseAsk('web1 to db2', model)!;
  const step = { kind: 'island', from: '', to: '', network: '', host: '', networkId: 'n', hostId: 'h' } as const;
  const path = (...ids: string[]) => ids.slice(1).map((toVmId, i) => ({ ...step, fromVmId: ids[i] ?? null, toVmId }));
  const broken = (...ids: string[]) => ({ state: 'broken' as const, findings: [{ path: path(...ids) } as never] });
  expect(isBrokenBy(broken('id-web1', 'id-db2'), ask)).toBe(true);
  expect(isBrokenBy(broken('id-web1', 'id-gw', 'id-db2'), ask)).toBe(true);
  expect(isBrokenBy(broken('id-web2', 'id-db2'), ask)).toBe(false);
  expect(isBrokenBy(broken(), ask)).toBe(false);
  expect(isBrokenBy({ ...broken('id-web1', 'id-db2'), state: 'kept' }, ask)).toBe(false);
});
