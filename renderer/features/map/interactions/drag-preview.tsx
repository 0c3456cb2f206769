import type { MapDrag } from './use-map-drag';

/** What is dragged, under the pointer, with the effect of dropping it. */
export function DragPreview({ drag }: { drag: MapDrag }) {
  return (
    <div className={`drag-preview drag-preview-${drag.drop.kind}`} style={{ left: drag.x, top: drag.y }} role="status">
      <strong>{drag.name}</strong>
      <span>{drag.drop.words}</span>
    </div>
  );
}
