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

/**
 * A menu at a position, opened by right click or the menu key. It takes the focus and restores it when it closes. Disabled entries
 * come last and show their reason on focus.
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
        if (event.key !== 'Escape' && event.key !== 'Tab') return;
        event.preventDefault();
        onClose();
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <Menu aria-label={label} isScrollable>
        <MenuContent>
          <MenuList aria-label={label}>
            {[...entries.filter(isPossible), ...entries.filter((entry) => !isPossible(entry))].map((entry) => (
              <MenuItem
                key={entry.id}
                isDanger={entry.danger}
                isAriaDisabled={!isPossible(entry)}
                tooltipProps={isPossible(entry) ? undefined : { content: entry.why }}
                onClick={() => {
                  if (!isPossible(entry)) return;
                  onClose();
                  entry.onChoose();
                }}
              >
                {entry.label}
              </MenuItem>
            ))}
          </MenuList>
        </MenuContent>
      </Menu>
    </div>
  );
}
