import { useNavigate } from '@tanstack/react-router';
import { type ComponentType, type ReactNode, useState } from 'react';
import type { CommandResult } from '../../api/command-result';
import type { Problem } from '../../api/problem';
import { useCommand } from '../../api/use-command';
import type { MenuEntry } from '../../ui/menu';
import { Confirm } from '../confirm';
import { text as shared } from '../text';
import { type Action, type ActionPlace, asks, type ObjectKind, type Objects } from './action';
import { ACTIONS } from './actions';

/** An action of one object, ready for a button or a menu. */
export interface ActionEntry extends MenuEntry {
  /** The label with the object's name, for an icon button. */
  readonly named: string;
  readonly icon: ComponentType | null;
  readonly place: ActionPlace;
  readonly shortcut: string | null;
  /** Whether its command is in flight. */
  readonly busy: boolean;
}

export interface Actions {
  /** All actions, in order. */
  readonly entries: readonly ActionEntry[];
  readonly problem: Problem | null;
  /** The open dialog of the chosen action. */
  readonly dialog: ReactNode;
  /** Opens the dialog that the URL names. */
  readonly open: (name: string) => void;
}

export interface ActionsOptions {
  /** Called after the object was removed. */
  readonly onRemoved?: (() => void) | undefined;
  /** Whether results are visible here; otherwise the screen that shows them opens. */
  readonly staysHere?: boolean;
  /** Called when a dialog closes. */
  readonly onClosed?: () => void;
}

/** All actions for one object, for buttons, menus and keys. */
export function useActions<K extends ObjectKind>(
  kind: K,
  object: Objects[K],
  { onRemoved, onClosed, staysHere = false }: ActionsOptions = {},
): Actions {
  const actions: readonly Action<Objects[K]>[] = ACTIONS[kind];
  const navigate = useNavigate();
  const [sent, setSent] = useState('');
  const [open, setOpen] = useState<{ readonly id: string; readonly name: string } | null>(null);
  const command = useCommand((call: () => Promise<CommandResult>) => call());
  const choose = ({ id, effect }: Action<Objects[K]>): void => {
    if (effect.kind === 'go') void navigate(effect.to(object));
    else if (effect.kind === 'run') {
      setSent(id);
      if (effect.result !== null && !staysHere) void navigate(effect.result(object));
      void command.run(() => effect.call(object));
    } else setOpen({ id, name: effect.kind === 'dialog' ? effect.names[0] : id });
  };
  const opened = open === null ? undefined : actions.find(({ id }) => id === open.id);
  return {
    entries: actions.map((action) => ({
      id: action.id,
      label: asks(action, object) ? shared.ask(action.label(null)) : action.label(null),
      named: action.label(object.name),
      why: action.whyNot(object),
      danger: action.danger,
      icon: action.icon,
      place: action.place(object),
      shortcut: action.shortcut,
      busy: command.busy && sent === action.id,
      onChoose: () => choose(action),
    })),
    problem: command.problem,
    dialog:
      opened === undefined || open === null ? null : (
        <ActionDialogView
          key={open.name}
          action={opened}
          object={object}
          name={open.name}
          onRemoved={onRemoved}
          onClose={() => {
            setOpen(null);
            onClosed?.();
          }}
        />
      ),
    open: (name) => {
      const found = actions.find(({ effect }) => effect.kind === 'dialog' && effect.names.includes(name));
      if (found !== undefined) setOpen({ id: found.id, name });
    },
  };
}

function ActionDialogView<T extends { readonly name: string }>({
  action: { effect, label, danger },
  object,
  name,
  onRemoved,
  onClose,
}: {
  action: Action<T>;
  object: T;
  name: string;
  onRemoved: (() => void) | undefined;
  onClose: () => void;
}) {
  if (effect.kind === 'dialog') return effect.render(object, { name, onClose, onRemoved });
  if (effect.kind !== 'confirm') return null;
  return (
    <Confirm
      title={shared.question(label(object.name))}
      words={effect.words}
      submit={label(null)}
      danger={danger}
      call={(dryRun) => effect.call(object, dryRun)}
      onDone={() => effect.removes && onRemoved?.()}
      onClose={onClose}
    />
  );
}
