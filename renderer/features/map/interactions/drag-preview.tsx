import type { VmDrag } from './use-vm-drag';

/** The dragged VM under the pointer, with the effect of dropping it. */
export function DragPreview({ drag }: { drag: VmDrag }) {
  return (
    <div className={`drag-preview hand-${drag.drop.kind}`} style={{ left: drag.x, top: drag.y }} role="status">
      <strong>{drag.name}</strong>
      <span>{drag.drop.words}</span>
    </div>
  );
}
