import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { PERIODS } from './changes';
import { type Filter, STATE_FILTERS } from './highlight';
import type { Model } from './model';
import { text } from './text';

interface FilterProps {
  readonly model: Model | null;
  readonly filter: Filter;
  readonly onFilter: (part: Partial<Filter>) => void;
}

/**
 * Filters by state, host, network and change. The button shows the number of active filters; a click elsewhere or Escape closes the
 * fields.
 */
export function FilterButton({ model, filter, onFilter }: FilterProps) {
  const [open, setOpen] = useState(false);
  const area = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const away = (event: PointerEvent): void => {
      if (event.target instanceof Node && area.current?.contains(event.target) !== true) setOpen(false);
    };
    window.addEventListener('pointerdown', away);
    return () => window.removeEventListener('pointerdown', away);
  }, [open]);
  const used = [filter.state, filter.hostId, filter.networkId, filter.label, filter.since].filter(
    (value) => value !== null,
  ).length;
  const close = (event: React.KeyboardEvent): void => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    setOpen(false);
    area.current?.querySelector('button')?.focus();
  };
  return (
    <div className="map-filter" ref={area} onKeyDown={close}>
      <Button
        variant="control"
        className={used === 0 ? '' : 'map-filter-on'}
        size="sm"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {used === 0 ? text.filter : `${text.filter} ${used}`}
      </Button>
      {open ? (
        <div className="map-filter-fields" id={id} role="group" aria-label={text.filter}>
          <FilterFields model={model} filter={filter} onFilter={onFilter} />
          <Button
            variant="link"
            size="sm"
            isInline
            isDisabled={used === 0}
            onClick={() => onFilter({ state: null, hostId: null, networkId: null, label: null, since: null })}
          >
            {text.filterNone}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function FilterFields({ model, filter, onFilter }: FilterProps) {
  const labels = useMemo(() => labelsOf(model), [model]);
  const named = (list: readonly { id: string; name: string }[] | undefined) =>
    (list ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <Pick
        label={text.state}
        all={text.allStates}
        value={filter.state}
        choices={STATE_FILTERS.map((value) => ({ value, label: text.states[value] }))}
        onChange={(state) => onFilter({ state })}
      />
      <Pick
        label={text.host}
        all={text.allHosts}
        value={filter.hostId}
        choices={named(model?.map.hosts)}
        onChange={(hostId) => onFilter({ hostId })}
      />
      <Pick
        label={text.network}
        all={text.allNetworks}
        value={filter.networkId}
        choices={named(model?.map.networks)}
        onChange={(networkId) => onFilter({ networkId })}
      />
      {labels.length === 0 ? null : (
        <Pick
          label={text.label}
          all={text.allLabels}
          value={filter.label}
          choices={labels.map((value) => ({ value, label: value }))}
          onChange={(label) => onFilter({ label })}
        />
      )}
      <Pick
        label={text.changed}
        all={text.anyTime}
        value={filter.since}
        choices={PERIODS.map((value) => ({ value, label: text.periods[value] }))}
        onChange={(since) => onFilter({ since })}
      />
    </>
  );
}

/** All labels of networks and hosts, by name. */
function labelsOf(model: Model | null): string[] {
  if (model === null) return [];
  const { networks, hosts } = model.map;
  const all = [...networks.flatMap((network) => network.label ?? []), ...hosts.flatMap((host) => host.labels)];
  return [...new Set(all)].sort((a, b) => a.localeCompare(b));
}

interface PickProps<T extends string> {
  readonly label: string;
  readonly all: string;
  readonly value: T | null;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T | null) => void;
}

/** One value or all: a native select, which supports type-ahead among a thousand networks. */
function Pick<T extends string>({ label, all, value, choices, onChange }: PickProps<T>) {
  return (
    <label className="map-choice">
      {label}
      <select
        value={value ?? ''}
        onChange={(event) => onChange(choices.find((choice) => choice.value === event.target.value)?.value ?? null)}
      >
        <option value="">{all}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}
