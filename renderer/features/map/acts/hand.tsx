import type { InHand } from './use-carry';

/** The dragged VM under the pointer, with the effect of dropping it. */
export function Hand({ hand }: { hand: InHand }) {
  return (
    <div className={`hand hand-${hand.drop.kind}`} style={{ left: hand.x, top: hand.y }} role="status">
      <strong>{hand.name}</strong>
      <span>{hand.drop.words}</span>
    </div>
  );
}
