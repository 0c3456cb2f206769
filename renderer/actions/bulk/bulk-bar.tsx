import { useMemo, useState } from 'react';
import { ActionButton } from '../../ui/action-button';
import { Dialog } from '../../ui/dialog';
import { type Choice, ChoiceField } from '../../ui/fields';
import { MoreMenu } from '../../ui/menu';
import { text as widgets } from '../../ui/text';
import type { Action, BulkEffect, ObjectKind, Objects } from '../registry/action';
import { ACTIONS } from '../registry/actions';
import { text } from '../text';
import { useClusters, useNetworks } from '../use-names';
import './bulk.css';
import { startBulk } from './runs';

/** An action that can run on many objects at once. */
interface BulkAction<T> {
  readonly action: Action<T>;
  readonly bulk: BulkEffect<T>;
}

/** This many actions are buttons; the rest are in the menu. */
const BUTTONS = 3;

const COUNTED: { readonly [K in ObjectKind]: (n: number) => string } = {
  vm: widgets.vms,
  network: widgets.networks,
  host: widgets.hosts,
  cluster: widgets.clusters,
};

/** The actions for the selected objects. Objects that do not allow an action now are skipped and counted. */
export function BulkBar<K extends ObjectKind>({
  kind,
  objects,
  onClear,
}: {
  kind: K;
  objects: readonly Objects[K][];
  onClear: () => void;
}) {
  const [asking, setAsking] = useState<BulkAction<Objects[K]> | null>(null);
  const actions: readonly Action<Objects[K]>[] = ACTIONS[kind];
  const titleOf = ({ action }: BulkAction<Objects[K]>, n: number): string =>
    text.bulkTitle(action.label(null), COUNTED[kind](n));
  const start = (one: BulkAction<Objects[K]>, chosen: string): void => {
    const able = objects.filter((object) => one.action.whyNot(object) === null);
    startBulk(
      titleOf(one, able.length),
      able.map((object) => ({ id: object.id, name: object.name, call: () => one.bulk.call(object, chosen) })),
    );
    setAsking(null);
    onClear();
  };
  const whys = useMemo(
    () => new Map(actions.map((action) => [action.id, whyNone(action, objects)])),
    [actions, objects],
  );
  const entries = actions.flatMap((action) => {
    const { bulk } = action;
    if (bulk === null) return [];
    const asks = bulk.words !== null || bulk.choose !== null;
    return {
      id: action.id,
      label: asks ? text.ask(action.label(null)) : action.label(null),
      danger: action.danger,
      why: whys.get(action.id) ?? null,
      onChoose: () => (asks ? setAsking({ action, bulk }) : start({ action, bulk }, '')),
    };
  });
  return (
    <div className="bulk-bar" role="toolbar" aria-label={text.bulkTools}>
      <strong aria-live="polite">{widgets.selected(objects.length)}</strong>
      {entries.slice(0, BUTTONS).map(({ id, label, why, onChoose }) => (
        <ActionButton key={id} size="sm" variant="secondary" why={why} onClick={onChoose}>
          {label}
        </ActionButton>
      ))}
      {entries.length > BUTTONS ? <MoreMenu label={text.bulkMore} entries={entries.slice(BUTTONS)} /> : null}
      <ActionButton size="sm" variant="link" onClick={onClear}>
        {widgets.clearSelection}
      </ActionButton>
      {asking === null ? null : (
        <AskBulk
          {...asking}
          titleFor={(n) => titleOf(asking, n)}
          objects={objects}
          onStart={(chosen) => start(asking, chosen)}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

/** Why an action is possible for none of the objects, as for the first one; null: it is for some. */
function whyNone<T>({ whyNot }: Action<T>, objects: readonly T[]): string | null {
  const [first] = objects;
  return first === undefined || objects.some((object) => whyNot(object) === null) ? null : whyNot(first);
}

/** Values to choose from before an action runs: the names of all networks, or of all clusters. */
function useChoices(of: BulkEffect<never>['choose']): readonly Choice[] {
  const networks = useNetworks();
  const clusters = useClusters();
  if (of === null) return [];
  return [...(of === 'network' ? networks : clusters).values()].map(({ id, name }) => ({ value: id, label: name }));
}

function AskBulk<T extends { readonly id: string; readonly name: string }>({
  action,
  bulk,
  titleFor,
  objects,
  onStart,
  onClose,
}: BulkAction<T> & {
  titleFor: (n: number) => string;
  objects: readonly T[];
  onStart: (chosen: string) => void;
  onClose: () => void;
}) {
  const [chosen, setChosen] = useState('');
  const choices = useChoices(bulk.choose);
  const able = objects.filter((object) => action.whyNot(object) === null);
  const others = objects.flatMap((object) => {
    const why = action.whyNot(object);
    return why === null ? [] : [{ object, why }];
  });
  return (
    <Dialog
      title={text.question(titleFor(able.length))}
      description={bulk.words ?? undefined}
      submit={action.label(null)}
      danger={action.danger}
      size="small"
      why={bulk.choose !== null && chosen === '' ? text.chooseFirst : null}
      onSubmit={() => onStart(chosen)}
      onClose={onClose}
    >
      {bulk.choose === null ? null : (
        <ChoiceField
          label={bulk.choose === 'network' ? text.network : text.cluster}
          value={chosen}
          onChange={setChosen}
          choices={[{ value: '', label: text.choose, disabled: true }, ...choices]}
        />
      )}
      <ul className="plain-list bulk-names" tabIndex={0} aria-label={text.bulkNames}>
        {able.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      {others.length === 0 ? null : (
        <div>
          <p>{text.leftOut(others.length)}</p>
          <ul className="plain-list bulk-names soft" tabIndex={0} aria-label={text.leftOut(others.length)}>
            {others.map(({ object, why }) => (
              <li key={object.id}>
                {object.name}: {why}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  );
}
