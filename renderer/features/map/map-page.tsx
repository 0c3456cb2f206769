import { SearchInput } from '@patternfly/react-core/dist/dynamic/components/SearchInput';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { Nothing, Waiting } from '../../ui/page';
import { Trouble } from '../../ui/trouble';
import { Canvas } from './canvas';
import { Drawer } from './drawer';
import './map.css';
import { modelOf } from './model';
import { addressOf, litBy, type Picked, pickedOf } from './picked';
import { text } from './text';
import { useArrangement } from './use-arrangement';

/** The first screen: which VMs share which networks, on which host. What is picked and searched for is in the address. */
export function MapPage() {
  const { at, q } = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const { data, error } = useQuery(queries.map());
  const arrangement = useArrangement();
  const model = useMemo(() => (data === undefined ? null : modelOf(data)), [data]);
  const picked = useMemo(() => pickedOf(at), [at]);
  const lit = useMemo(() => (model === null ? null : litBy(model, picked, q ?? '')), [model, picked, q]);
  const pick = (next: Picked | null): void =>
    void navigate({ search: (old) => ({ ...old, at: next === null ? undefined : addressOf(next) }), replace: true });
  return (
    <div className="map-page">
      <div className="map-main">
        <div className="map-tools">
          <SearchInput
            aria-label={text.filter}
            placeholder={text.filter}
            value={q ?? ''}
            onChange={(_, words) =>
              void navigate({ search: (old) => ({ ...old, q: words === '' ? undefined : words }), replace: true })
            }
            onClear={() => void navigate({ search: (old) => ({ ...old, q: undefined }), replace: true })}
          />
          <span className="map-tools-end">
            <Link className="pf-v6-c-button pf-m-secondary" to="/vms" search={{ new: true }}>
              {text.newVm}
            </Link>
            <Link className="pf-v6-c-button pf-m-primary" to="/networks" search={{ new: true }}>
              {text.newNetwork}
            </Link>
          </span>
        </div>
        {model === null || arrangement === null ? (
          error === null ? (
            <Waiting />
          ) : (
            <Trouble problem={toProblem(error)} />
          )
        ) : model.map.islands.length + model.map.vms.length === 0 ? (
          <Nothing title={text.empty}>{text.emptyMeans}</Nothing>
        ) : (
          <Canvas model={model} arrangement={arrangement} picked={picked} lit={lit} onPick={pick} />
        )}
      </div>
      {model === null ? null : (
        <Drawer key={picked === null ? '' : addressOf(picked)} model={model} picked={picked} onPick={pick} />
      )}
    </div>
  );
}
