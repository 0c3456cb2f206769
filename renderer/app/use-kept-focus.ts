import { useEffect } from 'react';

/** So many elements are remembered: a dialog, the menu that led to it, and the button that led to that. */
const REMEMBERED = 12;

/**
 * Focus is never lost: when what has it goes away (a row that was removed, a dialog whose menu entry is gone), it goes to what had it
 * before and is still there, else to the nearest place around it that can have it, at last to the content.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let had: { element: HTMLElement; around: HTMLElement | null }[] = [];
    const onFocus = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      const around = target.parentElement?.closest<HTMLElement>('[tabindex]') ?? null;
      had = [{ element: target, around }, ...had.filter(({ element }) => element !== target)].slice(0, REMEMBERED);
    };
    const find = (): void => {
      if (document.activeElement !== document.body || had[0]?.element.isConnected !== false) return;
      const next = had.map(({ element, around }) => [element, around].find(canTake)).find((one) => one !== undefined);
      (next ?? document.getElementById('main'))?.focus({ preventScroll: true });
    };
    // A dialog gives focus back by itself a moment later than it goes; only what it can't is done here.
    const watcher = new MutationObserver(() => requestAnimationFrame(find));
    document.addEventListener('focusin', onFocus);
    watcher.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', onFocus);
      watcher.disconnect();
    };
  }, []);
}

const canTake = (element: HTMLElement | null): element is HTMLElement =>
  element?.isConnected === true &&
  element.getClientRects().length > 0 &&
  element.closest('[aria-hidden="true"]') === null;
