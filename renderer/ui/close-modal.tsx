import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { text } from './text';

/**
 * The close button of a modal. PatternFly's own, which comes with `onClose`, has a fixed English label: a modal uses
 * `onEscapePress` and this as its first child instead.
 */
export function CloseModal({ onClose }: { onClose: () => void }) {
  return (
    <div className="pf-v6-c-modal-box__close">
      <Button variant="plain" aria-label={text.close} icon={<TimesIcon />} onClick={onClose} />
    </div>
  );
}
