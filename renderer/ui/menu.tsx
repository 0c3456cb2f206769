import { Dropdown, DropdownItem, DropdownList } from '@patternfly/react-core/dist/dynamic/components/Dropdown';
import { MenuToggle } from '@patternfly/react-core/dist/dynamic/components/MenuToggle';
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { type ReactNode, useState } from 'react';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  /** Why it can't be chosen now; null: it can. Shown below the label. */
  readonly why?: string | null;
  readonly danger?: boolean;
  /** Entries of one section stand together, with a line above the next. */
  readonly section?: string;
  /** The key that chooses it while a context menu is open. */
  readonly shortcut?: string | null;
  readonly onChoose: () => void;
}

/** An overflow menu with the remaining actions of an object. */
export function MoreMenu({
  label,
  words,
  icon = <EllipsisVIcon />,
  entries,
}: {
  label: string;
  /** Of the button, if it has no words. */
  icon?: ReactNode;
  /** The label of the button, instead of the three dots. */
  words?: string;
  entries: readonly MenuEntry[];
}) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          {...(words === undefined ? { variant: 'plain', 'aria-label': label } : { size: 'sm' })}
          isExpanded={open}
          onClick={() => setOpen(!open)}
          icon={words === undefined ? icon : undefined}
        >
          {words}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {entries.map((entry) => (
          <DropdownItem
            key={entry.id}
            isDanger={entry.danger}
            isAriaDisabled={(entry.why ?? null) !== null}
            description={entry.why ?? undefined}
            onClick={entry.onChoose}
          >
            {entry.label}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
