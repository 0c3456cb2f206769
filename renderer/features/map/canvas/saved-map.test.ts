import { describe, expect, it } from 'vitest';
import { saveMap, savedMap } from './saved-map';

function storage(content: string | null) {
  let kept = content;
  return {
    getItem: () => kept,
    setItem: (_: string, value: string) => void (kept = value),
    removeItem: () => void (kept = null),
  };
}

describe('the places of the map over a reload', () => {
  it('are read back as they were saved, and forgotten', () => {
    const kept = storage(null);
    const block = { x: 1, y: 2, w: 3, h: 4, islandIds: ['a@h'], flow: 'down' as const };
    const panel = { key: 'host:h', x: 0, y: 0, w: 10, h: 10, aloneY: null, blocks: [block] };
    const map = { aspect: 1.5, places: [{ grouping: 'host' as const, width: 10, panels: [panel] }] };
    expect(savedMap(kept)).toBeNull();
    saveMap(map, kept);
    expect(savedMap(kept)).toEqual(map);
    saveMap(null, kept);
    expect(savedMap(kept)).toBeNull();
  });

  it.each([
    '',
    '{',
    '[]',
    '{"aspect":0,"places":[]}',
    '{"aspect":1,"places":[{"grouping":"x","width":1,"panels":[]}]}',
  ])('are none if they are %j', (content) => {
    expect(savedMap(storage(content))).toBeNull();
  });

  it('are none where storage fails', () => {
    const fails = () => {
      throw new Error('denied');
    };
    expect(savedMap({ getItem: fails })).toBeNull();
    expect(() => saveMap({ aspect: 1, places: [] }, { setItem: fails, removeItem: fails })).not.toThrow();
  });
});
