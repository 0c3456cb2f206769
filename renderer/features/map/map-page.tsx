import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useVms } from '../../actions/use-names';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { settle } from '../../api/settled';
import { Nothing, Waiting } from '../../ui/page';
import type { MenuEntry } from '../../ui/menu';
import { ErrorAlert } from '../../ui/error-alert';
import './acts/acts.css';
import { type Done, RewireDialog } from './acts/rewire-dialog';
import type { Wish } from './acts/rewiring';
import { NoteDialog } from './acts/note-dialog';
import { type MenuAt, ThingMenu } from './acts/thing-menu';
import { UndoNotice } from './acts/undo-notice';
import { type Changed, changedBy, type Period, PERIOD_MS } from './changes';
import { Drawer } from './drawer/drawer';
import { FOLD_ABOVE } from './layout/isle-box';
import { isNarrow, type Lit, litBy, vmsLeft } from './lit';
import './map.css';
import { MapTools } from './map-tools';
import { type Model, modelOf, vmsOn } from './model';
import { addressOf, type Picked } from './picked';
import { Sea } from './sea/sea';
import type { Bring } from './sea/use-bring';
import { TreeTable } from './table/tree-table';
import { text } from './text';
import { type Arrangement, useArrangement } from './use-arrangement';
import { useMapKeys } from './use-map-keys';
import { type MapSearch, useMapSearch } from './use-map-search';

/** The first screen: which VMs share which networks, on which host. Selection, search and filter are in the URL. */
export function MapPage() {
  const { data, error } = useQuery(queries.map());
  const arrangement = useArrangement();
  const search = useMapSearch();
  const { picked, filter } = search;
  const model = useMemo(() => (data === undefined ? null : modelOf(data)), [data]);
  const [period, setPeriod] = useState<Period>(filter.since ?? 'day');
  const { data: changes } = useQuery(queries.mapChanges(PERIOD_MS[filter.since ?? period]));
  const changed = useMemo(() => changedBy(changes?.events ?? []), [changes]);
  const lit = useMemo(
    () => (model === null ? null : litBy(model, picked, filter, changed)),
    [model, picked, filter, changed],
  );
  const [noteOn, setNoteOn] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const [bring, setBring] = useState<Bring | null>(null);
  const go = (): void => {
    const first = model === null || !isNarrow(filter) ? undefined : vmsLeft(model, filter, changed)[0];
    if (first === undefined) return;
    const found: Picked = { kind: 'vm', id: first.id };
    search.pick(found);
    setBring((old) => ({ of: found, round: (old?.round ?? 0) + 1 }));
  };
  useMapKeys(input, search);
  const isDrawn = (model !== null && arrangement !== null) || error !== null;
  useEffect(() => (isDrawn ? afterPaint(settle) : undefined), [isDrawn]);
  return (
    <div className="map-page">
      <div className="map-main">
        <MapTools
          model={model}
          grouping={search.grouping}
          asTable={search.asTable}
          filter={filter}
          input={input}
          onGrouping={search.setGrouping}
          onTable={search.setTable}
          onFilter={search.narrow}
          onGo={go}
        />
        {model !== null && arrangement !== null ? (
          <Picture
            model={model}
            arrangement={arrangement}
            search={search}
            lit={lit}
            changed={changed}
            bring={bring}
            onNote={setNoteOn}
          />
        ) : error === null ? (
          <Waiting />
        ) : (
          <ErrorAlert problem={toProblem(error)} />
        )}
      </div>
      {model === null ? null : (
        <Drawer
          key={picked === null ? '' : addressOf(picked)}
          model={model}
          picked={picked}
          onPick={search.pick}
          onNote={setNoteOn}
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
    </div>
  );
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
  readonly lit: Lit | null;
  readonly changed: Changed;
  readonly bring: Bring | null;
  readonly onNote: (islandId: string) => void;
}

const NO_MARKS: Changed['vms'] = new Map();

function Picture({ model, arrangement, search, lit, changed, bring, onNote }: PictureProps) {
  const [menu, setMenu] = useState<{ at: MenuAt; round: number } | null>(null);
  const openMenu = (at: MenuAt): void => setMenu((old) => ({ at, round: (old?.round ?? 0) + 1 }));
  const [wish, setWish] = useState<Wish | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const vm = useVms().get(wish?.vmId ?? '');
  const forget = useCallback(() => setDone(null), []);
  if (model.map.networks.length + model.map.vms.length === 0)
    return <Nothing title={text.empty}>{text.emptyMeans}</Nothing>;
  return (
    <div className="map-picture">
      {search.asTable ? (
        <TreeTable
          key={search.grouping}
          model={model}
          grouping={search.grouping}
          filter={search.filter}
          picked={search.picked}
          onPick={search.pick}
          onMenu={openMenu}
          onNote={onNote}
          changed={changed}
        />
      ) : (
        <Sea
          model={model}
          arrangement={arrangement}
          grouping={search.grouping}
          picked={search.picked}
          lit={lit}
          marks={search.filter.since === null ? NO_MARKS : changed.vms}
          repaired={changed.repaired}
          onPick={search.pick}
          onWish={setWish}
          onMenu={openMenu}
          onNote={onNote}
          bring={bring}
        />
      )}
      {menu === null ? null : (
        <ThingMenu
          key={menu.round}
          at={menu.at}
          model={model}
          onPick={search.pick}
          onWish={setWish}
          onNote={onNote}
          fold={search.asTable ? null : (islandId) => foldEntry(model, arrangement, islandId)}
        />
      )}
      {wish === null || vm === undefined ? null : (
        <RewireDialog vm={vm} wish={wish} onDone={setDone} onClose={() => setWish(null)} />
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
