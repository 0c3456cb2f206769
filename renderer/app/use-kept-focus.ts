import { useEffect } from 'react';

/** How many elements are remembered: a dialog, the menu that opened it, and the button that opened the menu. */
const REMEMBERED = 12;

interface Had {
  readonly element: HTMLElement;
  /** The nearest focusable ancestor. */
  readonly around: HTMLElement | null;
}

/**
 * Restores focus when the focused element disappears (a removed row, a dialog whose menu item is gone): to the previously focused
 * element that still exists, else to its nearest focusable ancestor, finally to the content.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    // Null: focus was cleared on purpose; the next element to disappear returns focus to the content.
    let had: (Had | null)[] = [];
    const onFocus = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      const around = target.parentElement?.closest<HTMLElement>('[tabindex]') ?? null;
      had = [{ element: target, around }, ...had.filter((one) => one?.element !== target)].slice(0, REMEMBERED);
    };
    const onBlur = ({ target, relatedTarget }: FocusEvent): void => {
      if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
      // Chromium fires blur before it removes a focused element: only afterwards it is clear whether the user moved the focus.
      queueMicrotask(() => {
        if (target.isConnected && document.activeElement === document.body) had = [null, ...had];
      });
    };
    const find = (): void => {
      if (document.activeElement !== document.body || had[0]?.element.isConnected !== false) return;
      const since = had.indexOf(null);
      const places = (since < 0 ? had : had.slice(0, since)).flatMap((one) => [one?.element, one?.around]);
      (places.find(canTake) ?? document.getElementById('main'))?.focus({ preventScroll: true });
    };
    // A dialog restores focus automatically shortly after it closes; this handles only what the dialog can't.
    const watcher = new MutationObserver(() => requestAnimationFrame(find));
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', onBlur);
    watcher.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', onBlur);
      watcher.disconnect();
    };
  }, []);
}

const canTake = (element: HTMLElement | null | undefined): element is HTMLElement =>
  element?.isConnected === true &&
  element.getClientRects().length > 0 &&
  element.closest('[aria-hidden="true"]') === null;
