import { SearchInput } from '@patternfly/react-core/dist/dynamic/components/SearchInput';
import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core/dist/dynamic/components/ToggleGroup';
import { Link } from '@tanstack/react-router';
import type { RefObject } from 'react';
import { GROUPINGS, type Grouping } from './layout/boxes';
import { FilterButton } from './filter-button';
import type { Filter } from './highlight';
import type { Model } from './model';
import { text } from './text';

interface ToolsProps {
  readonly model: Model | null;
  readonly grouping: Grouping;
  readonly asTable: boolean;
  readonly filter: Filter;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onGrouping: (grouping: Grouping) => void;
  readonly onTable: (asTable: boolean) => void;
  readonly onFilter: (part: Partial<Filter>) => void;
  /** Enter in the field: selects the first match. */
  readonly onGo: () => void;
}

/** Grouping, view, filter and create buttons. */
export function MapTools(props: ToolsProps) {
  const { model, filter, onFilter } = props;
  return (
    <div className="map-tools" role="toolbar" aria-label={text.tools}>
      <ToggleGroup isCompact aria-label={text.grouping}>
        {GROUPINGS.map((one) => (
          <ToggleGroupItem
            key={one}
            text={text.by[one]}
            buttonId={`by-${one}`}
            isSelected={props.grouping === one}
            onChange={() => props.onGrouping(one)}
          />
        ))}
      </ToggleGroup>
      <ToggleGroup isCompact aria-label={text.drawnAs}>
        {(['map', 'table'] as const).map((one) => (
          <ToggleGroupItem
            key={one}
            text={text.as[one]}
            buttonId={`as-${one}`}
            isSelected={props.asTable === (one === 'table')}
            onChange={() => props.onTable(one === 'table')}
          />
        ))}
      </ToggleGroup>
      <SearchInput
        ref={props.input}
        className="map-find"
        aria-label={text.find}
        placeholder={text.findHint}
        value={filter.words}
        onChange={(_, words) => onFilter({ words })}
        onClear={() => onFilter({ words: '' })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') props.onGo();
          if (event.key === 'Escape') onFilter({ words: '' });
        }}
      />
      <FilterButton model={model} filter={filter} onFilter={onFilter} />
      <span className="map-tools-end">
        <Link className="pf-v6-c-button pf-m-secondary pf-m-small" to="/vms" search={{ new: true }}>
          {text.newVm}
        </Link>
        <Link className="pf-v6-c-button pf-m-primary pf-m-small" to="/networks" search={{ new: true }}>
          <span>
            {text.newNetwork[0]} <span className="map-wide-word">{text.newNetwork[1]} </span>
            {text.newNetwork[2]}
          </span>
        </Link>
      </span>
    </div>
  );
}
