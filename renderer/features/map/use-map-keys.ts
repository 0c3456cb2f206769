import { type RefObject, useEffect } from 'react';
import type { MapSearch } from './use-map-search';

/** Keys of the map page outside fields and dialogs: `/` focuses the search, `t` switches between map and table, F3 goes to the next match. */
export function useMapKeys(
  find: RefObject<HTMLInputElement | null>,
  { asTable, setTable }: MapSearch,
  step: (by: 1 | -1) => void,
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const isDialogOpen = document.querySelector('[aria-modal="true"]') !== null;
      // Also while the field has the focus.
      if (event.key === 'F3' && !isDialogOpen) {
        event.preventDefault();
        return step(event.shiftKey ? -1 : 1);
      }
      const typing = target instanceof Element && target.closest('input, textarea, select, [role="dialog"]') !== null;
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '/') find.current?.focus();
      else if (event.key === 't') setTable(!asTable);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [find, asTable, setTable, step]);
}
