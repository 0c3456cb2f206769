import { useEffect } from 'react';

/** So many elements are remembered: a dialog, the menu that led to it, and the button that led to that. */
const REMEMBERED = 12;

interface Had {
  readonly element: HTMLElement;
  /** The nearest place around it that can have focus. */
  readonly around: HTMLElement | null;
}

/**
 * Focus is never lost: when what has it goes away (a row that was removed, a dialog whose menu entry is gone), it goes to what had it
 * before and is still there, else to the nearest place around it that can have it, at last to the content.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    // Null: focus was given up, so that nothing had it; what comes after that goes back to the content.
    let had: (Had | null)[] = [];
    const onFocus = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      const around = target.parentElement?.closest<HTMLElement>('[tabindex]') ?? null;
      had = [{ element: target, around }, ...had.filter((one) => one?.element !== target)].slice(0, REMEMBERED);
    };
    const onBlur = ({ target, relatedTarget }: FocusEvent): void => {
      if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
      // Chromium tells of focus that goes with its element before the element is gone: whether a person gave it up shows after that.
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
    // A dialog gives focus back by itself a moment later than it goes; only what it can't is done here.
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
