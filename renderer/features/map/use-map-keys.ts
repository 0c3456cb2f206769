import { type RefObject, useEffect } from 'react';
import type { MapSearch } from './use-map-search';

/** Keys of the map page outside fields and dialogs: `/` focuses the search, `t` switches between map and table. */
export function useMapKeys(find: RefObject<HTMLInputElement | null>, { asTable, setTable }: MapSearch): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const typing = target instanceof Element && target.closest('input, textarea, select, [role="dialog"]') !== null;
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '/') find.current?.focus();
      else if (event.key === 't') setTable(!asTable);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [find, asTable, setTable]);
}
