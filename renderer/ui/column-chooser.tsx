import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import ArrowDownIcon from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import ArrowUpIcon from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';
import ColumnsIcon from '@patternfly/react-icons/dist/esm/icons/columns-icon';
import { useState } from 'react';
import { Dialog } from './dialog';
import { type Arranged, choiceOf, type ColumnChoice, isChosen, moved } from './table-columns';
import { text } from './text';

/** The button that opens the column chooser. Changes apply immediately. */
export function ColumnChooser<T>({
  label,
  arranged,
  onChoose,
}: {
  label: string;
  arranged: readonly Arranged<T>[];
  /** Null: the default columns. */
  onChoose: (choice: ColumnChoice | null) => void;
}) {
  const [open, setOpen] = useState(false);
  // A checkbox must react immediately: the saved choice arrives slightly later.
  const [chosen, setChosen] = useState<readonly Arranged<T>[] | null>(null);
  const choices = (chosen ?? arranged).filter(({ column }) => isChosen(column));
  const keep = (next: readonly Arranged<T>[]): void => {
    setChosen(next);
    onChoose(choiceOf(next));
  };
  const reset = (): void => {
    setChosen(null);
    onChoose(null);
  };
  const close = (): void => {
    setChosen(null);
    setOpen(false);
  };
  const last = choices.filter(({ shown }) => shown).length === 1;
  return (
    <>
      <Button
        variant="plain"
        size="sm"
        icon={<ColumnsIcon />}
        aria-label={text.columnsOf(label)}
        title={text.columns}
        onClick={() => setOpen(true)}
      />
      {open ? (
        <Dialog
          title={text.columnsOf(label)}
          description={text.columnsMean}
          submit={text.done}
          size="small"
          cancel={false}
          extra={
            <Button variant="link" onClick={reset}>
              {text.columnsReset}
            </Button>
          }
          onSubmit={close}
          onClose={close}
        >
          <ul className="rows">
            {choices.map(({ column, shown }, index) => (
              <li key={column.id}>
                <span className="grow">
                  <Checkbox
                    id={`column-${column.id}`}
                    label={column.title}
                    isChecked={shown}
                    isDisabled={shown && last}
                    onChange={(_, on) => keep(choices.with(index, { column, shown: on }))}
                  />
                </span>
                <Button
                  variant="plain"
                  size="sm"
                  icon={<ArrowUpIcon />}
                  isAriaDisabled={index === 0}
                  aria-label={text.columnUp(column.title)}
                  onClick={() => keep(moved(choices, index, -1))}
                />
                <Button
                  variant="plain"
                  size="sm"
                  icon={<ArrowDownIcon />}
                  isAriaDisabled={index === choices.length - 1}
                  aria-label={text.columnDown(column.title)}
                  onClick={() => keep(moved(choices, index, 1))}
                />
              </li>
            ))}
          </ul>
        </Dialog>
      ) : null}
    </>
  );
}
