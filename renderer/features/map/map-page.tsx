import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { Nothing, Waiting } from '../../ui/page';
import { Trouble } from '../../ui/trouble';
import { Drawer } from './drawer/drawer';
import { isNarrow, type Lit, litBy, vmsLeft } from './lit';
import './map.css';
import { MapTools } from './map-tools';
import { type Model, modelOf } from './model';
import { addressOf } from './picked';
import { Sea } from './sea/sea';
import { text } from './text';
import { type Arrangement, useArrangement } from './use-arrangement';
import { type MapSearch, useMapSearch } from './use-map-search';

/** The first screen: which VMs share which networks, on which host. What is picked, found and filtered is in the address. */
export function MapPage() {
  const { data, error } = useQuery(queries.map());
  const arrangement = useArrangement();
  const search = useMapSearch();
  const { picked, filter } = search;
  const model = useMemo(() => (data === undefined ? null : modelOf(data)), [data]);
  const lit = useMemo(() => (model === null ? null : litBy(model, picked, filter)), [model, picked, filter]);
  const input = useRef<HTMLInputElement>(null);
  const go = (): void => {
    const first = model === null || !isNarrow(filter) ? undefined : vmsLeft(model, filter)[0];
    if (first !== undefined) search.pick({ kind: 'vm', id: first.id });
  };
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
          <Picture model={model} arrangement={arrangement} search={search} lit={lit} />
        ) : error === null ? (
          <Waiting />
        ) : (
          <Trouble problem={toProblem(error)} />
        )}
      </div>
      {model === null ? null : (
        <Drawer key={picked === null ? '' : addressOf(picked)} model={model} picked={picked} onPick={search.pick} />
      )}
    </div>
  );
}

interface PictureProps {
  readonly model: Model;
  readonly arrangement: Arrangement;
  readonly search: MapSearch;
  readonly lit: Lit | null;
}

function Picture({ model, arrangement, search, lit }: PictureProps) {
  if (model.map.networks.length + model.map.vms.length === 0)
    return <Nothing title={text.empty}>{text.emptyMeans}</Nothing>;
  return (
    <Sea
      model={model}
      arrangement={arrangement}
      grouping={search.grouping}
      picked={search.picked}
      lit={lit}
      onPick={search.pick}
    />
  );
}
