import { Divider } from '@patternfly/react-core/dist/dynamic/components/Divider';
import { Menu, MenuContent, MenuItem, MenuList } from '@patternfly/react-core/dist/dynamic/components/Menu';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { MenuEntry } from './menu';

export interface ContextMenuProps {
  readonly label: string;
  /** In window pixels; the menu stays inside the window. */
  readonly x: number;
  readonly y: number;
  readonly entries: readonly MenuEntry[];
  /** Also called after an entry was chosen. */
  readonly onClose: () => void;
}

const isPossible = (entry: MenuEntry): boolean => (entry.why ?? null) === null;

/** The entries by section, in the order of the first of each; in a section disabled ones come last. What destroys is a section of its own. */
function sectionsOf(entries: readonly MenuEntry[]): MenuEntry[][] {
  const sections = new Map<string, MenuEntry[]>();
  for (const entry of entries.filter(({ danger }) => danger !== true)) {
    const key = entry.section ?? '';
    sections.set(key, [...(sections.get(key) ?? []), entry]);
  }
  const dangerous = entries.filter(({ danger }) => danger === true);
  return [...sections.values(), dangerous]
    .filter((section) => section.length > 0)
    .map((section) => [...section.filter(isPossible), ...section.filter((entry) => !isPossible(entry))]);
}

/**
 * A menu at a position, opened by right click or the menu key. It takes the focus and restores it when it closes. Disabled entries
 * show their reason.
 */
export function ContextMenu({ label, x, y, entries, onClose }: ContextMenuProps) {
  const area = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(0, Math.min(x, window.innerWidth - width - 4))}px`;
    element.style.top = `${Math.max(0, Math.min(y, window.innerHeight - height - 4))}px`;
    const before = document.activeElement;
    element.querySelector('button')?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [x, y]);
  useEffect(() => {
    const away = (event: Event): void => {
      if (event.target instanceof Node && area.current?.contains(event.target) !== true) onClose();
    };
    window.addEventListener('pointerdown', away);
    window.addEventListener('wheel', away);
    return () => {
      window.removeEventListener('pointerdown', away);
      window.removeEventListener('wheel', away);
    };
  }, [onClose]);
  return (
    <div
      ref={area}
      className="context-menu"
      style={{ left: x, top: y }}
      onKeyDown={(event) => {
        event.stopPropagation();
        const chosen = entries.find((entry) => entry.shortcut === event.key && isPossible(entry));
        if (chosen !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          onClose();
          chosen.onChoose();
          return;
        }
        if (event.key !== 'Escape' && event.key !== 'Tab') return;
        event.preventDefault();
        onClose();
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <Menu aria-label={label}>
        <MenuContent>
          <MenuList aria-label={label}>
            {sectionsOf(entries).flatMap((section, index) => [
              ...(index === 0 ? [] : [<Divider key={`line-${index}`} component="li" />]),
              ...section.map((entry) => (
                <MenuItem
                  key={entry.id}
                  isDanger={entry.danger}
                  isAriaDisabled={!isPossible(entry)}
                  description={entry.why ?? undefined}
                  onClick={() => {
                    if (!isPossible(entry)) return;
                    onClose();
                    entry.onChoose();
                  }}
                >
                  <span className="context-menu-label">
                    {entry.label}
                    {typeof entry.shortcut === 'string' ? <kbd aria-hidden="true">{entry.shortcut}</kbd> : null}
                  </span>
                </MenuItem>
              )),
            ])}
          </MenuList>
        </MenuContent>
      </Menu>
    </div>
  );
}
