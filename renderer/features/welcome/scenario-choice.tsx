import { Radio } from '@patternfly/react-core/dist/dynamic/components/Radio';
import type { Scenario } from '../../../contract';
import { sizeWords } from '../../ui/size-words';
import { text } from './text';

/** The simulated data centers that can be made, with a sentence and the size of each. */
export function ScenarioChoice({
  scenarios,
  picked,
  onPick,
}: {
  scenarios: readonly Scenario[];
  picked: string;
  onPick: (id: string) => void;
}) {
  return (
    <div role="radiogroup" aria-label={text.scenarios} className="radios">
      {scenarios.map(({ id, title, words, size }) => (
        <Radio
          key={id}
          id={`scenario-${id}`}
          name="scenario"
          label={title}
          description={`${words} ${sizeWords(size)}.`}
          isChecked={picked === id}
          onChange={() => onPick(id)}
        />
      ))}
    </div>
  );
}
