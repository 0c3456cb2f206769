import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import type { ReactNode } from 'react';
import type { TableId } from '../../contract';
import { DataTable } from '../ui/data-table';
import { Nothing, PageHead, Waiting } from '../ui/page';
import type { Column } from '../ui/table-model';
import { tableState } from '../ui/table-state';
import { BulkBar } from './bulk/bulk-bar';
import { useSelection } from './bulk/use-selection';
import type { ObjectKind, Objects } from './registry/action';
import { useTableChoice } from './use-table-choice';

/** The state of such a page in the URL: the table's state, and whether the form is open. */
interface ListSearch {
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  readonly new?: boolean | undefined;
}

interface ListPageProps<K extends ObjectKind> {
  readonly kind: K;
  readonly table: TableId;
  /** Undefined: not loaded yet. */
  readonly rows: readonly Objects[K][] | undefined;
  readonly columns: readonly Column<Objects[K]>[];
  readonly words: {
    readonly title: string;
    readonly sub?: string;
    readonly create: string;
    readonly count: (n: number) => string;
    readonly noMatch: string;
    readonly emptyTitle: string;
    readonly empty: string;
  };
  /** Shown beside the create button. */
  readonly beside?: ReactNode;
  readonly search: ListSearch;
  /** Merges into the URL. */
  readonly onSearch: (part: ListSearch) => void;
  /** The form that creates an object. */
  readonly form: (close: () => void) => ReactNode;
}

/** A list of all objects of one kind: a table with filter, sort and columns, bulk actions, and a create form. */
export function ListPage<K extends ObjectKind>(props: ListPageProps<K>) {
  const { kind, table, rows, columns, words, beside, search, onSearch, form } = props;
  const { things, selected, setSelected, clearSelection } = useSelection(rows);
  const columnChoice = useTableChoice(table);
  const create = (
    <Button variant="primary" onClick={() => onSearch({ new: true })}>
      {words.create}
    </Button>
  );
  return (
    <div className="page">
      <PageHead
        title={words.title}
        sub={words.sub}
        actions={
          <>
            {beside}
            {create}
          </>
        }
      />
      {rows === undefined ? (
        <Waiting />
      ) : (
        <DataTable
          label={words.title}
          columns={columns}
          rows={rows}
          keyOf={(row) => row.id}
          counted={words.count}
          {...columnChoice}
          selection={{
            selected,
            onSelect: setSelected,
            nameOf: (row) => row.name,
            acts: <BulkBar kind={kind} objects={things} onClear={clearSelection} />,
          }}
          {...tableState(search, onSearch)}
          noMatch={words.noMatch}
          empty={
            <Nothing title={words.emptyTitle} action={create}>
              {words.empty}
            </Nothing>
          }
        />
      )}
      {search.new === undefined ? null : form(() => onSearch({ new: undefined }))}
    </div>
  );
}
