import type { Scenario } from '../../../contract';
import { ChoiceField } from '../../ui/fields';
import { sizeWords } from '../../ui/size-words';
import { text } from './text';

/** The available simulated data centers, with size and description of the selected one. */
export function ScenarioChoice({
  scenarios,
  selected,
  onSelect,
}: {
  scenarios: readonly Scenario[];
  selected: string;
  onSelect: (id: string) => void;
}) {
  const scenario = scenarios.find(({ id }) => id === selected);
  const choices = scenarios.map(({ id, title, size }) => ({ value: id, label: `${title} (${sizeWords(size)})` }));
  return (
    <div className="welcome-scenario">
      <ChoiceField
        label={text.scenarios}
        value={selected}
        onChange={onSelect}
        choices={choices}
        {...(scenario ? { help: scenario.words } : {})}
      />
    </div>
  );
}
