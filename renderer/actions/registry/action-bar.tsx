import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ActionButton } from '../../ui/action-button';
import { ErrorAlert } from '../../ui/error-alert';
import { isTyping } from '../../ui/is-typing';
import { MoreMenu } from '../../ui/menu';
import { text as shared } from '../text';
import type { ObjectKind, Objects } from './action';
import { type ActionEntry, useActions } from './use-actions';

interface Props<K extends ObjectKind> {
  readonly kind: K;
  readonly object: Objects[K];
  /** Called after the object was removed. */
  readonly onRemoved?: () => void;
}

/** The actions of a page's object: the common ones as buttons, the rest in a menu; also by key and by URL. */
export function ActionBar<K extends ObjectKind>({ kind, object, onRemoved }: Props<K>) {
  const navigate = useNavigate();
  const asked = useRouterState({ select: ({ location }) => (location.search as { do?: string }).do });
  const actions = useActions(kind, object, {
    onRemoved,
    onClosed: () => {
      if (asked !== undefined)
        void navigate({ to: '.', search: (old: object) => ({ ...old, do: undefined }), replace: true } as never);
    },
  });
  const { open } = actions;
  useEffect(() => {
    if (asked !== undefined) open(asked);
    // Runs only when the URL changes: the dialog can close before the URL is cleared.
  }, [asked]);
  useActionKeys(actions.entries);
  return <Bar {...actions} name={object.name} />;
}

/** The same for a drawer, with small buttons and without keys. */
export function SmallActionBar<K extends ObjectKind>({ kind, object, onRemoved }: Props<K>) {
  return <Bar {...useActions(kind, object, { onRemoved })} name={object.name} isSmall />;
}

/** The actions that have an icon, as icon buttons: for a table row. */
export function IconActions<K extends ObjectKind>({ kind, object }: Props<K>) {
  const { entries, problem, dialog } = useActions(kind, object);
  return (
    <span className="named">
      {entries
        .filter(({ place, icon }) => isButton(place) && icon !== null)
        .map(({ id, named, icon: Icon, busy, why, onChoose }) => (
          <ActionButton
            key={id}
            variant="plain"
            size="sm"
            icon={Icon === null ? undefined : <Icon />}
            aria-label={named}
            why={why ?? null}
            isLoading={busy}
            title={problem?.message}
            onClick={onChoose}
          />
        ))}
      {dialog}
    </span>
  );
}

/** One action as a single button, with its dialog. */
export function ActionTool<K extends ObjectKind>({
  kind,
  object,
  id,
  isLink,
}: Props<K> & { id: string; isLink?: boolean }) {
  const { entries, problem, dialog } = useActions(kind, object);
  const entry = entries.find((one) => one.id === id);
  if (entry === undefined) throw new Error(`no action ${id} of a ${kind}`);
  const { label, busy, why, onChoose } = entry;
  return (
    <>
      <ActionButton
        variant={isLink === true ? 'link' : 'secondary'}
        size="sm"
        isLoading={busy}
        why={why ?? null}
        onClick={onChoose}
      >
        {label}
      </ActionButton>
      <ErrorAlert problem={problem} />
      {dialog}
    </>
  );
}

/** A drawer shows at most this many buttons; the rest go into the menu. */
const SMALL_BUTTONS = 2;

function Bar({
  entries,
  problem,
  dialog,
  name,
  isSmall = false,
}: Pick<ReturnType<typeof useActions>, 'entries' | 'problem' | 'dialog'> & {
  name: string;
  isSmall?: boolean;
}) {
  const buttons = entries.filter(({ place }) => isButton(place));
  const shown = isSmall ? buttons.slice(0, SMALL_BUTTONS) : buttons;
  const rest = [...buttons.slice(shown.length), ...entries.filter(({ place }) => place === 'menu')];
  return (
    <div className="acts">
      <div className="acts-row">
        {shown.map(({ id, label, icon: Icon, place, danger = false, busy, why, onChoose }) => (
          <ActionButton
            key={id}
            {...(isSmall ? { size: 'sm' } : {})}
            variant={place === 'primary' ? 'primary' : 'secondary'}
            isDanger={danger}
            icon={isSmall || Icon === null ? undefined : <Icon />}
            isLoading={busy}
            why={why ?? null}
            onClick={onChoose}
          >
            {label}
          </ActionButton>
        ))}
        {rest.length === 0 ? null : <MoreMenu label={shared.moreActions(name)} entries={rest} />}
      </div>
      <ErrorAlert problem={problem} />
      {dialog}
    </div>
  );
}

const isButton = (place: ActionEntry['place']): boolean => place === 'primary' || place === 'bar';

function useActionKeys(entries: readonly ActionEntry[]): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
      if (document.querySelector('[aria-modal="true"]') !== null) return;
      const entry = entries.find(({ shortcut }) => shortcut === event.key);
      if ((entry?.why ?? null) === null) entry?.onChoose();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [entries]);
}
