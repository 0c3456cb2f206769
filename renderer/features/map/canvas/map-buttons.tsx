import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Dropdown, DropdownItem, DropdownList } from '@patternfly/react-core/dist/dynamic/components/Dropdown';
import { MenuToggle } from '@patternfly/react-core/dist/dynamic/components/MenuToggle';
import MinusIcon from '@patternfly/react-icons/dist/esm/icons/minus-icon';
import PlusIcon from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import { useState } from 'react';
import { saveFile } from '../../../ui/save-file';
import { mapAsPng, mapAsSvg, type Whole } from '../painting/export-map';
import { text } from '../text';
import type { Viewport } from './viewport';

interface ButtonsProps {
  readonly viewport: Viewport;
  readonly onFit: () => void;
  readonly onTidy: () => void;
  /** The scene that an export contains. */
  readonly whole: () => Whole;
}

/** The map's toolbar: tidy up, export, zoom. */
export function MapButtons({ viewport, onFit, onTidy, whole }: ButtonsProps) {
  return (
    <div className="map-zoom map-over">
      <Button variant="plain" size="sm" onClick={onTidy}>
        {text.tidy}
      </Button>
      <ExportButton whole={whole} />
      <Button variant="secondary" size="sm" aria-label={text.zoomOut} icon={<MinusIcon />} onClick={viewport.zoomOut} />
      <Button variant="secondary" size="sm" onClick={onFit}>
        {text.fit}
      </Button>
      <Button variant="secondary" size="sm" aria-label={text.zoomIn} icon={<PlusIcon />} onClick={viewport.zoomIn} />
    </div>
  );
}

function ExportButton({ whole }: { whole: () => Whole }) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const png = (): void =>
    void mapAsPng(whole()).then(
      (blob) => saveFile('atoll-map.png', 'image/png', blob),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right', direction: 'up' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plainText" size="sm" isExpanded={open} onClick={() => setOpen(!open)}>
          {text.export}
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem onClick={() => saveFile('atoll-map.svg', 'image/svg+xml', mapAsSvg(whole()))}>
          {text.exportSvg}
        </DropdownItem>
        <DropdownItem description={problem ?? undefined} onClick={png}>
          {text.exportPng}
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
