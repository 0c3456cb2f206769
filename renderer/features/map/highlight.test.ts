import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../test/support/map-scene';
import { UNCHANGED } from './changes';
import { type Filter, highlightFor, filteredVms, edgeHighlight, parseState } from './highlight';
import { modelOf } from './model';

const model = modelOf(sceneOf('h1/blue: web db gw -batch', 'h1/green: ci gw', 'h2/blue: far'));
const NONE: Filter = { words: '', state: null, hostId: null, networkId: null, label: null, since: null };
const left = (part: Partial<Filter>): string[] => filteredVms(model, { ...NONE, ...part }).map((vm) => vm.id);

describe('highlight', () => {
  it('is empty without a selection', () => {
    expect(highlightFor(model, null, NONE)).toBeNull();
  });

  it('contains, for a VM, those that it reaches, and separately those that it reaches only via others', () => {
    const highlight = highlightFor(model, { kind: 'vm', id: 'web' }, NONE);
    expect([...(highlight?.vms ?? [])].sort()).toEqual(['db', 'gw', 'web']);
    expect([...(highlight?.through ?? [])]).toEqual(['ci']);
    expect([...(highlight?.islands ?? [])].sort()).toEqual(['blue@h1', 'green@h1']);
    expect([...(highlight?.possible ?? [])]).toEqual(['green@h1']);
  });

  it('contains, for a VM, its own edges, and as possible those that depend on forwarding', () => {
    const highlight = highlightFor(model, { kind: 'vm', id: 'web' }, NONE);
    expect(edgeHighlight(highlight, 'gw', 'blue@h1')).toBe('highlighted');
    expect(edgeHighlight(highlight, 'gw', 'green@h1')).toBe('possible');
    expect(edgeHighlight(highlightFor(model, { kind: 'network', id: 'blue' }, NONE), 'gw', 'green@h1')).toBeNull();
    expect(edgeHighlight(null, 'gw', 'green@h1')).toBeNull();
  });

  it('contains, for a network, its VMs on every host', () => {
    const highlight = highlightFor(model, { kind: 'network', id: 'blue' }, NONE);
    expect([...(highlight?.vms ?? [])].sort()).toEqual(['batch', 'db', 'far', 'gw', 'web']);
  });

  it('follows an active filter instead of the selection', () => {
    expect([...(highlightFor(model, { kind: 'vm', id: 'web' }, { ...NONE, words: 'CI' })?.vms ?? [])]).toEqual(['ci']);
  });
});

describe('filteredVms', () => {
  it('matches the name of a VM, its network and its host', () => {
    expect(left({ words: 'we' })).toEqual(['web']);
    expect(left({ words: 'green' })).toEqual(['gw', 'ci']);
    expect(left({ words: 'h2' })).toEqual(['far']);
  });

  it('combines state, host and network', () => {
    expect(left({ state: 'down' })).toEqual(['batch']);
    expect(left({ networkId: 'blue', hostId: 'h2' })).toEqual(['far']);
    expect(left({ networkId: 'green', state: 'failed' })).toEqual([]);
  });

  it('reads the state from a link, also under its former name', () => {
    expect(['busy', 'failed', 'trouble', 'constructor', '', undefined].map((state) => parseState(state))).toEqual([
      'busy',
      'failed',
      'failed',
      null,
      null,
      null,
    ]);
  });

  it('filters by a label of a network or host, and by change', () => {
    const { networks, hosts } = model.map;
    const labelled = modelOf({
      ...model.map,
      networks: networks.map((one) => (one.id === 'green' ? { ...one, label: 'lab' } : one)),
      hosts: hosts.map((one) => (one.id === 'h2' ? { ...one, labels: ['lab', 'old'] } : one)),
    });
    const ids = (part: Partial<Filter>) => filteredVms(labelled, { ...NONE, ...part }).map((vm) => vm.id);
    expect(ids({ label: 'lab' })).toEqual(['gw', 'ci', 'far']);
    expect(ids({ label: 'old' })).toEqual(['far']);
    const changed = { ...UNCHANGED, vms: new Map([['ci', 'new' as const]]) };
    expect(filteredVms(model, { ...NONE, since: 'day' }, changed).map((vm) => vm.id)).toEqual(['ci']);
  });
});
