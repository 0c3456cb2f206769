/** Whether a key goes into a text, a terminal or a screen, where our shortcuts have no business. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select, .xterm, .screen') !== null;
}
