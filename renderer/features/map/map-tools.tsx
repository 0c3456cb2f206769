import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { SearchInput } from '@patternfly/react-core/dist/dynamic/components/SearchInput';
import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core/dist/dynamic/components/ToggleGroup';
import type { RefObject } from 'react';
import { GROUPINGS, type Grouping } from './layout/boxes';
import { MoreMenu } from '../../ui/menu';
import type { Creation } from './creation';
import { FilterButton } from './filter-button';
import type { Filter } from './highlight';
import type { Model } from './model';
import { text } from './text';

interface ToolsProps {
  readonly model: Model | null;
  readonly grouping: Grouping;
  readonly asTable: boolean;
  readonly filter: Filter;
  /** The words are a question, not a search. */
  readonly asks: boolean;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onGrouping: (grouping: Grouping) => void;
  readonly onTable: (asTable: boolean) => void;
  readonly onFilter: (part: Partial<Filter>) => void;
  /** What the search finds. */
  readonly hits: Hits;
  readonly onCreate: (creation: Creation) => void;
}

/** The matches of the search. */
export interface Hits {
  readonly count: number;
  /** The selected one, from 1; 0: none. */
  readonly at: number;
  /** Selects the next one, or the one before. */
  readonly step: (by: 1 | -1) => void;
}

/** Grouping, view, filter and create buttons. */
export function MapTools(props: ToolsProps) {
  const { model, filter, onFilter, hits } = props;
  const isFinding = filter.words.trim() !== '' && !props.asks;
  return (
    <div
      className={`map-tools${filter.words.trim() === '' ? '' : ' map-tools-finding'}`}
      role="toolbar"
      aria-label={text.tools}
    >
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
        className={`map-find${filter.words.trim() === '' ? '' : ' map-finding'}`}
        aria-label={text.find}
        placeholder={text.findHint}
        value={filter.words}
        onChange={(_, words) => onFilter({ words })}
        onClear={() => onFilter({ words: '' })}
        resultsCount={isFinding ? text.foundCount(hits.at, hits.count) : undefined}
        resultsCountContext={isFinding ? text.foundAt(hits.at, hits.count) : undefined}
        previousNavigationButtonAriaLabel={text.findPrevious}
        nextNavigationButtonAriaLabel={text.findNext}
        isPreviousNavigationButtonDisabled={hits.count === 0}
        isNextNavigationButtonDisabled={hits.count === 0}
        {...(isFinding ? { onPreviousClick: () => hits.step(-1), onNextClick: () => hits.step(1) } : {})}
        onKeyDown={(event) => {
          // Its buttons have keys of their own.
          if (event.target !== props.input.current) return;
          if (event.key === 'Enter') hits.step(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') onFilter({ words: '' });
        }}
      />
      <span className="pf-v6-screen-reader" role="status">
        {isFinding ? text.foundAt(hits.at, hits.count) : ''}
      </span>
      <FilterButton model={model} filter={filter} onFilter={onFilter} />
      <span className="map-tools-end map-tools-wide">
        <Button variant="secondary" size="sm" onClick={() => props.onCreate({ kind: 'vm' })}>
          {text.newVm}
        </Button>
        <Button variant="primary" size="sm" onClick={() => props.onCreate({ kind: 'network' })}>
          <span>
            {text.newNetwork[0]} <span className="map-wide-word">{text.newNetwork[1]} </span>
            {text.newNetwork[2]}
          </span>
        </Button>
      </span>
      <span className="map-tools-end map-tools-narrow">
        <MoreMenu
          label={text.create}
          words={text.create}
          entries={[
            { id: 'vm', label: text.newVm, onChoose: () => props.onCreate({ kind: 'vm' }) },
            { id: 'network', label: text.newNetwork.join(' '), onChoose: () => props.onCreate({ kind: 'network' }) },
          ]}
        />
      </span>
    </div>
  );
}
