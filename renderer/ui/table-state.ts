import type { Sort } from './table-model';

interface TableSearch {
  readonly q?: string;
  readonly sort?: string;
}

/** A table's filter and sort in the URL, and how to change them (`change` merges into the URL). */
export function tableState(search: TableSearch, change: (part: TableSearch) => void) {
  const by = search.sort?.replace(/^-/, '');
  return {
    filter: search.q ?? '',
    onFilter: (q: string) => change({ q: q === '' ? undefined : q }),
    sort: by === undefined ? null : { by, down: search.sort?.startsWith('-') === true },
    onSort: (sort: Sort) => change({ sort: sort.down ? `-${sort.by}` : sort.by }),
  };
}
