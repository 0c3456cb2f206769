import type { InHand } from './use-carry';

/** The VM that is being carried, under the pointer, with what letting go would do. */
export function Hand({ hand }: { hand: InHand }) {
  return (
    <div className={`hand hand-${hand.drop.kind}`} style={{ left: hand.x, top: hand.y }} role="status">
      <strong>{hand.name}</strong>
      <span>{hand.drop.words}</span>
    </div>
  );
}
