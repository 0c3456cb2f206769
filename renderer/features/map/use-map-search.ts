import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { GROUPINGS, type Grouping } from './layout/boxes';
import { PERIODS } from './changes';
import type { Creation } from './creation';
import { type Filter, parseState } from './highlight';
import { type Lens, LENSES } from './lens';
import { formatSelection, type Selection, parseSelection } from './selection';

/** The map's state in the URL: selection, grouping, view, filter and open form. */
export interface MapSearch {
  readonly selected: Selection | null;
  /** The id of the promise whose breaking path is highlighted. */
  readonly promise: string | null;
  readonly grouping: Grouping;
  readonly asTable: boolean;
  /** What colors say when zoomed out. */
  readonly lens: Lens;
  readonly filter: Filter;
  /** The form that is open; null: none. */
  readonly creation: Creation | null;
  readonly select: (selected: Selection | null) => void;
  readonly setGrouping: (grouping: Grouping) => void;
  readonly setTable: (asTable: boolean) => void;
  readonly setLens: (lens: Lens) => void;
  readonly create: (creation: Creation | null) => void;
  readonly narrow: (part: Partial<Filter>) => void;
}

export function useMapSearch(): MapSearch {
  const { at, promise, q, by, as, state, host, network, label, since, lens, create, onNetwork, onHost } = useSearch({
    from: '/',
  });
  const navigate = useNavigate({ from: '/' });
  const selected = useMemo(() => parseSelection(at), [at]);
  // What is typed filters at once: the URL follows a moment later, and Enter must find what the words say, not what the URL says.
  const [words, setWords] = useState(q ?? '');
  const underWay = useRef(0);
  useEffect(() => {
    if (underWay.current === 0) setWords(q ?? '');
  }, [q]);
  const filter = useMemo(
    (): Filter => ({
      words,
      state: parseState(state),
      hostId: host ?? null,
      networkId: network ?? null,
      label: label ?? null,
      since: PERIODS.find((one) => one === since) ?? null,
    }),
    [words, state, host, network, label, since],
  );
  const creation = useMemo((): Creation | null => {
    if (create === undefined) return null;
    return create === 'network' ? { kind: create } : { kind: create, networkId: onNetwork, hostId: onHost };
  }, [create, onNetwork, onHost]);
  return useMemo(() => {
    const change = (part: Record<string, string | undefined>): void => {
      underWay.current += 1;
      void navigate({ search: (old) => ({ ...old, ...part }), replace: true }).finally(() => (underWay.current -= 1));
    };
    return {
      selected,
      promise: promise ?? null,
      grouping: GROUPINGS.find((one) => one === by) ?? 'host',
      asTable: as === 'table',
      lens: LENSES.find((one) => one === lens) ?? 'state',
      filter,
      creation,
      create: (next) =>
        change({
          create: next?.kind,
          onNetwork: next?.kind === 'vm' ? next.networkId : undefined,
          onHost: next?.kind === 'vm' ? next.hostId : undefined,
        }),
      select: (next) => change({ at: next === null ? undefined : formatSelection(next), promise: undefined }),
      setGrouping: (grouping) => change({ by: grouping === 'host' ? undefined : grouping }),
      setTable: (asTable) => change({ as: asTable ? 'table' : undefined }),
      setLens: (next) => change({ lens: next === 'state' ? undefined : next }),
      narrow: (part) => {
        const next = { ...filter, ...part };
        setWords(next.words);
        change({
          q: next.words === '' ? undefined : next.words,
          state: next.state ?? undefined,
          host: next.hostId ?? undefined,
          network: next.networkId ?? undefined,
          label: next.label ?? undefined,
          since: next.since ?? undefined,
        });
      },
    };
  }, [navigate, selected, promise, by, as, lens, filter, creation]);
}
