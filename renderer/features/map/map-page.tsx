import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { AtollMap, IsolationPromise, PromiseGroup, Reach } from '../../../contract';
import { StretchNetwork } from '../../actions/stretch-network';
import { useNetworks, useVms } from '../../actions/use-names';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { settle } from '../../api/settled';
import { Nothing, Waiting } from '../../ui/page';
import type { MenuEntry } from '../../ui/menu';
import { ErrorAlert } from '../../ui/error-alert';
import './interactions/interactions.css';
import { type Done, PlugOptionsDialog } from './interactions/plug-options-dialog';
import type { PlugRequest } from './interactions/plug-options';
import { NoteDialog } from './interactions/note-dialog';
import { type MenuAt, ObjectMenu } from './interactions/object-menu';
import { UndoNotice } from './interactions/undo-notice';
import type { StretchRequest } from './interactions/use-map-drag';
import { type Changed, changedBy, type Period, PERIOD_MS } from './changes';
import { Drawer } from './drawer/drawer';
import { type Ask, askWords, parseAsk, pathHighlight } from './ask';
import { AskAnswer } from './ask-answer';
import { PromiseAnswer } from './promise-answer';
import { promiseHighlight } from './promise-subjects';
import { FOLD_ABOVE } from './layout/island-box';
import { type Highlight, highlightFor } from './highlight';
import './map.css';
import type { Creation } from './creation';
import { MapTools } from './map-tools';
import { type Model, modelOf, vmsOn } from './model';
import { formatSelection, type Selection } from './selection';
import { MapCanvas } from './canvas/map-canvas';
import type { RevealRequest } from './canvas/use-reveal';
import { text } from './text';
import { type Arrangement, useArrangement } from './use-arrangement';
import { useHits } from './use-hits';
import { useMapKeys } from './use-map-keys';
import { type MapSearch, useMapSearch } from './use-map-search';

/** Loaded when it is shown: the map comes first. */
const TreeTable = lazy(() => import('./table/tree-table').then((module) => ({ default: module.TreeTable })));

interface MapPageProps {
  /** The form of what is being created, which another feature has. */
  readonly form: (creation: Creation, onClose: () => void, onCreated: (id: string) => void) => ReactNode;
}

/** The first screen: which VMs share which networks, on which host. Selection, search and filter are in the URL. */
export function MapPage({ form }: MapPageProps) {
  const { data, error, isFetching: isReading } = useQuery(queries.map());
  const arrangement = useArrangement();
  const search = useMapSearch();
  const { selected } = search;
  const model = useMemo(() => (data === undefined ? null : modelOf(data)), [data]);
  const ask = useMemo(
    () => (model === null ? null : parseAsk(search.filter.words, model)),
    [model, search.filter.words],
  );
  const reach = useAnswer(ask, data);
  // A question is no filter.
  const filter = useMemo(() => (ask === null ? search.filter : { ...search.filter, words: '' }), [ask, search.filter]);
  const promise = useChosenPromise(search);
  const [period, setPeriod] = useState<Period>(filter.since ?? 'day');
  const { data: changes } = useQuery(queries.mapChanges(PERIOD_MS[filter.since ?? period]));
  const changed = useMemo(() => changedBy(changes?.events ?? []), [changes]);
  const highlight = useMemo(() => {
    if (model === null) return null;
    if (ask !== null) return pathHighlight(reach?.hops ?? [], [ask.from.id, ask.to.id]);
    if (promise === null) return highlightFor(model, selected, filter, changed);
    const path = promise.chosen.findings.flatMap((finding) => finding.path);
    return path.length > 0 ? pathHighlight(path) : promiseHighlight(model, promise.chosen, promise.groups);
  }, [model, selected, filter, changed, ask, reach, promise]);
  const [noteOn, setNoteOn] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const [revealRequest, setRevealRequest] = useState<RevealRequest | null>(null);
  const reveal = useCallback(
    (of: Selection, how: RevealRequest['how']): void =>
      setRevealRequest((old) => ({ of, how, round: (old?.round ?? 0) + 1 })),
    [],
  );
  const hits = useHits(model, { ...search, filter, isReading }, changed, reveal);
  // What was just created is selected and in view.
  const onCreated = (of: Selection): void => {
    search.create(null);
    search.select(of);
    reveal(of, 'nudge');
  };
  useMapKeys(input, search, hits.step);
  const isDrawn = (model !== null && arrangement !== null) || error !== null;
  useEffect(() => (isDrawn ? afterPaint(settle) : undefined), [isDrawn]);
  return (
    <div className="map-page">
      <div className="map-main">
        <MapTools
          model={model}
          grouping={search.grouping}
          asTable={search.asTable}
          filter={search.filter}
          asks={ask !== null}
          input={input}
          onGrouping={search.setGrouping}
          onTable={search.setTable}
          onFilter={search.narrow}
          hits={hits}
          onCreate={search.create}
        />
        {ask === null ? null : <AskAnswer ask={ask} reach={reach} />}
        {promise === null ? null : <PromiseAnswer promise={promise.chosen} onClear={() => search.select(null)} />}
        {model !== null && arrangement !== null ? (
          <Picture
            model={model}
            arrangement={arrangement}
            search={{ ...search, filter }}
            highlight={highlight}
            changed={changed}
            revealRequest={revealRequest}
            onNote={setNoteOn}
            onCreate={search.create}
          />
        ) : error === null ? (
          <Waiting />
        ) : (
          <ErrorAlert problem={toProblem(error)} />
        )}
      </div>
      {model === null ? null : (
        <Drawer
          key={selected === null ? '' : formatSelection(selected)}
          model={model}
          selected={selected}
          onSelect={search.select}
          onNote={setNoteOn}
          onCreate={search.create}
          changes={{
            list: changes ?? null,
            changed,
            period: filter.since ?? period,
            shown: filter.since !== null,
            onPeriod: (next) => {
              setPeriod(next);
              if (filter.since !== null) search.narrow({ since: next });
            },
            onShow: (show) => search.narrow({ since: show ? period : null }),
          }}
        />
      )}
      {model === null || noteOn === null ? null : (
        <NoteDialog model={model} islandId={noteOn} onClose={() => setNoteOn(null)} />
      )}
      {search.creation === null
        ? null
        : form(
            search.creation,
            () => search.create(null),
            (id) => onCreated({ kind: search.creation?.kind ?? 'vm', id }),
          )}
    </div>
  );
}

/** The promise that the link names, while nothing is selected, and the groups that it can be about. */
function useChosenPromise({
  promise,
  selected,
}: MapSearch): { readonly chosen: IsolationPromise; readonly groups: readonly PromiseGroup[] } | null {
  const { data: promises } = useQuery({ ...queries.promises(), enabled: promise !== null });
  const { data: groups } = useQuery({ ...queries.promiseGroups(), enabled: promise !== null });
  return useMemo(() => {
    const chosen = selected === null ? promises?.find(({ id }) => id === promise) : undefined;
    return chosen === undefined ? null : { chosen, groups: groups ?? [] };
  }, [promise, selected, promises, groups]);
}

/** Whether one VM reaches another, asked again whenever the map has changed. */
function useAnswer(ask: Ask | null, map: AtollMap | undefined): Reach | undefined {
  const { data, refetch } = useQuery({
    ...queries.reach(ask?.from.id ?? '', ask?.to.id ?? ''),
    enabled: ask !== null,
  });
  useEffect(() => {
    if (ask !== null) void refetch();
  }, [ask, map, refetch]);
  return ask === null ? undefined : data;
}

/** Calls `act` after the next paint; returns the cancel function. */
function afterPaint(act: () => void): () => void {
  const timer = { now: requestAnimationFrame(() => (timer.now = requestAnimationFrame(act))) };
  return () => cancelAnimationFrame(timer.now);
}

interface PictureProps {
  readonly model: Model;
  readonly arrangement: Arrangement;
  readonly search: MapSearch;
  readonly highlight: Highlight | null;
  readonly changed: Changed;
  readonly revealRequest: RevealRequest | null;
  readonly onNote: (islandId: string) => void;
  readonly onCreate: (creation: Creation) => void;
}

const NO_MARKS: Changed['vms'] = new Map();

function Picture({ model, arrangement, search, highlight, changed, revealRequest, onNote, onCreate }: PictureProps) {
  const [menu, setMenu] = useState<{ at: MenuAt; round: number } | null>(null);
  const openMenu = (at: MenuAt): void => setMenu((old) => ({ at, round: (old?.round ?? 0) + 1 }));
  const [request, setRequest] = useState<PlugRequest | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [stretch, setStretch] = useState<StretchRequest | null>(null);
  const vm = useVms().get(request?.vmId ?? '');
  const stretched = useNetworks().get(stretch?.networkId ?? '');
  const forget = useCallback(() => setDone(null), []);
  if (model.map.networks.length + model.map.vms.length === 0)
    return <Nothing title={text.empty}>{text.emptyMeans}</Nothing>;
  return (
    <div className="map-picture">
      {search.asTable ? (
        <Suspense fallback={<Waiting />}>
          <TreeTable
            key={search.grouping}
            model={model}
            grouping={search.grouping}
            filter={search.filter}
            selected={search.selected}
            onSelect={search.select}
            onMenu={openMenu}
            onNote={onNote}
            changed={changed}
          />
        </Suspense>
      ) : (
        <MapCanvas
          model={model}
          arrangement={arrangement}
          grouping={search.grouping}
          selected={search.selected}
          highlight={highlight}
          marks={search.filter.since === null ? NO_MARKS : changed.vms}
          changed={changed}
          lens={search.lens}
          onLens={search.setLens}
          onSelect={search.select}
          onPlugRequest={setRequest}
          onAsk={(from, to) => search.narrow({ words: askWords(model, from, to) })}
          onStretch={setStretch}
          onMenu={openMenu}
          onNote={onNote}
          revealRequest={revealRequest}
        />
      )}
      {menu === null ? null : (
        <ObjectMenu
          key={menu.round}
          at={menu.at}
          model={model}
          onSelect={search.select}
          onPlugRequest={setRequest}
          onNote={onNote}
          onCreate={onCreate}
          fold={search.asTable ? null : (islandId) => foldEntry(model, arrangement, islandId)}
        />
      )}
      {request === null || vm === undefined ? null : (
        <PlugOptionsDialog vm={vm} request={request} onDone={setDone} onClose={() => setRequest(null)} />
      )}
      {stretch === null || stretched === undefined ? null : (
        <StretchNetwork network={stretched} hosts={stretch.hosts} onClose={() => setStretch(null)} />
      )}
      {done === null ? null : <UndoNotice key={done.words} done={done} onClose={forget} />}
    </div>
  );
}

/** Collapses or expands an island; null if it has too few VMs. */
function foldEntry(model: Model, { opened, toggle }: Arrangement, islandId: string): MenuEntry | null {
  const island = model.islands.get(islandId);
  if (island === undefined || vmsOn(island).length <= FOLD_ABOVE) return null;
  return { id: 'fold', label: opened.has(islandId) ? text.foldIt : text.unfold, onChoose: () => toggle(islandId) };
}
