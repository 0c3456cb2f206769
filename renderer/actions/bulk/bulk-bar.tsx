import { useState } from 'react';
import type { CommandResult } from '../../api/command-result';
import { Act } from '../../ui/act';
import { Dialog } from '../../ui/dialog';
import { type Choice, ChoiceField } from '../../ui/fields';
import { MoreMenu } from '../../ui/menu';
import { text as widgets } from '../../ui/text';
import { text } from '../text';
import './bulk.css';
import { beginBulk } from './runs';

/** What can be done with many things of one kind at once. */
export interface BulkAct<T> {
  readonly id: string;
  readonly label: string;
  /** What is done, for the list of how it goes: "Start 3 VMs". */
  readonly title: (n: number) => string;
  readonly danger?: boolean;
  /** Asked first, with these words. */
  readonly ask?: string;
  /** What has to be chosen first, a network or a cluster. */
  readonly choose?: { readonly label: string; readonly choices: readonly Choice[] };
  /** Why it is not possible with one of them now; null when it is. */
  readonly why: (thing: T) => string | null;
  readonly call: (thing: T, chosen: string) => Promise<CommandResult>;
}

type Thing = { readonly id: string; readonly name: string };

/** So many stand as buttons; the others are behind the dots. */
const BUTTONS = 3;

/** What can be done with what is picked. Things with which it is not possible now are left out, and counted. */
export function BulkBar<T extends Thing>({
  things,
  acts,
  onLetGo,
}: {
  things: readonly T[];
  acts: readonly BulkAct<T>[];
  onLetGo: () => void;
}) {
  const [asking, setAsking] = useState<BulkAct<T> | null>(null);
  const begin = (act: BulkAct<T>, chosen: string): void => {
    const able = things.filter((thing) => act.why(thing) === null);
    beginBulk(
      act.title(able.length),
      able.map((thing) => ({ id: thing.id, name: thing.name, call: () => act.call(thing, chosen) })),
    );
    setAsking(null);
    onLetGo();
  };
  const entries = acts.map((act) => ({
    id: act.id,
    label: act.ask === undefined && act.choose === undefined ? act.label : `${act.label}…`,
    danger: act.danger,
    why: things.some((thing) => act.why(thing) === null) ? null : (things[0] && act.why(things[0])) || null,
    onChoose: () => (act.ask === undefined && act.choose === undefined ? begin(act, '') : setAsking(act)),
  }));
  return (
    <div className="bulk-bar" role="toolbar" aria-label={text.bulkTools}>
      <strong aria-live="polite">{widgets.picked(things.length)}</strong>
      {entries.slice(0, BUTTONS).map(({ id, label, why, onChoose }) => (
        <Act key={id} size="sm" variant="secondary" why={why} onClick={onChoose}>
          {label}
        </Act>
      ))}
      {entries.length > BUTTONS ? <MoreMenu label={text.bulkMore} entries={entries.slice(BUTTONS)} /> : null}
      <Act size="sm" variant="link" onClick={onLetGo}>
        {widgets.letGo}
      </Act>
      {asking === null ? null : (
        <AskBulk
          act={asking}
          things={things}
          onBegin={(chosen) => begin(asking, chosen)}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

function AskBulk<T extends Thing>({
  act,
  things,
  onBegin,
  onClose,
}: {
  act: BulkAct<T>;
  things: readonly T[];
  onBegin: (chosen: string) => void;
  onClose: () => void;
}) {
  const [chosen, setChosen] = useState('');
  const able = things.filter((thing) => act.why(thing) === null);
  const others = things.flatMap((thing) => {
    const why = act.why(thing);
    return why === null ? [] : [{ thing, why }];
  });
  return (
    <Dialog
      title={`${act.title(able.length)}?`}
      description={act.ask}
      submit={act.label}
      danger={act.danger}
      size="small"
      why={act.choose !== undefined && chosen === '' ? text.chooseFirst : null}
      onSubmit={() => onBegin(chosen)}
      onClose={onClose}
    >
      {act.choose === undefined ? null : (
        <ChoiceField
          label={act.choose.label}
          value={chosen}
          onChange={setChosen}
          choices={[{ value: '', label: text.choose, disabled: true }, ...act.choose.choices]}
        />
      )}
      <ul className="plain-list bulk-names" tabIndex={0} aria-label={text.bulkNames}>
        {able.map((thing) => (
          <li key={thing.id}>{thing.name}</li>
        ))}
      </ul>
      {others.length === 0 ? null : (
        <div>
          <p>{text.leftOut(others.length)}</p>
          <ul className="plain-list bulk-names soft" tabIndex={0} aria-label={text.leftOut(others.length)}>
            {others.map(({ thing, why }) => (
              <li key={thing.id}>
                {thing.name}: {why}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  );
}
