import { Radio } from '@patternfly/react-core/dist/dynamic/components/Radio';
import type { HostFit } from '../../contract';
import { textOf } from '../../english';
import { sizeOf } from '../ui/bytes';
import { HOST_FEEL } from '../ui/tone';
import { text } from './text';

const MIB = 1024 * 1024;

/** Why a host is chosen, or is not; null: nothing to say. */
export const whyText = (why: HostFit['why']): string | null => (why === null ? null : textOf(why));

/** The placement result of a host, in one line under its name. */
function wordsOf({ why, can, chosen, memoryLeftMiB, state }: HostFit): string {
  const left = memoryLeftMiB === null ? '' : text.memoryLeft(sizeOf(memoryLeftMiB * MIB));
  if (!can) return text.notPossible(whyText(why) ?? HOST_FEEL[state].words.toLowerCase());
  return [chosen ? text.firstChoice : null, whyText(why), left].filter(Boolean).join(' · ');
}

/** Hosts to choose from, each with its placement result (rule O2); hosts that can't run the VM are listed with the reason. */
export function HostChooser({
  label,
  fits,
  value,
  byItself,
  onChange,
}: {
  label: string;
  fits: readonly HostFit[];
  value: string;
  /** The label for letting the engine choose; null: a host must be chosen. */
  byItself: string | null;
  onChange: (hostId: string) => void;
}) {
  const chosen = fits.find((fit) => fit.chosen);
  return (
    <fieldset className="host-chooser">
      <legend>{label}</legend>
      {byItself === null ? null : (
        <Radio
          id="host-by-itself"
          name="host"
          label={byItself}
          description={chosen ? text.wouldBe(chosen.host, whyText(chosen.why)) : text.noHostNow}
          isChecked={value === ''}
          onChange={() => onChange('')}
        />
      )}
      {fits.map((fit) => (
        <Radio
          key={fit.hostId}
          id={`host-${fit.hostId}`}
          name="host"
          label={fit.host}
          description={wordsOf(fit)}
          isDisabled={!fit.can}
          isChecked={value === fit.hostId}
          onChange={() => onChange(fit.hostId)}
        />
      ))}
    </fieldset>
  );
}
