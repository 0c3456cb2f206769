import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import MinusIcon from '@patternfly/react-icons/dist/esm/icons/minus-icon';
import PlusIcon from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import { text } from '../text';
import type { Viewport } from './viewport';

export function ZoomButtons({
  viewport,
  onFit,
  onTidy,
}: {
  viewport: Viewport;
  onFit: () => void;
  onTidy: () => void;
}) {
  return (
    <div className="map-zoom map-over">
      <Button variant="plain" size="sm" onClick={onTidy}>
        {text.tidy}
      </Button>
      <Button variant="secondary" size="sm" aria-label={text.zoomOut} icon={<MinusIcon />} onClick={viewport.zoomOut} />
      <Button variant="secondary" size="sm" onClick={onFit}>
        {text.fit}
      </Button>
      <Button variant="secondary" size="sm" aria-label={text.zoomIn} icon={<PlusIcon />} onClick={viewport.zoomIn} />
    </div>
  );
}
