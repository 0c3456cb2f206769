/** Whether a key event belongs to a text field, a terminal or a screen, where shortcuts are disabled. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select, .xterm, .screen') !== null;
}
