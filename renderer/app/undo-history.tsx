import HistoryIcon from '@patternfly/react-icons/dist/esm/icons/history-icon';
import { useQuery } from '@tanstack/react-query';
import type { UndoOffer } from '../../contract';
import { textOf } from '../../english';
import { queries } from '../api/queries';
import { MoreMenu } from '../ui/menu';
import { text } from './text';

/** Earlier changes, each of which can be undone on its own; one that later changes conflict with says so. */
export function UndoHistory({ onChoose }: { onChoose: (offer: UndoOffer) => void }) {
  const offers = useQuery(queries.undoHistory()).data ?? [];
  if (offers.length === 0) return null;
  return (
    <MoreMenu
      label={text.undoHistory}
      icon={<HistoryIcon />}
      entries={offers.map((offer) => ({
        id: String(offer.event),
        label: text.undoWhat(textOf(offer.words)),
        why: offer.refused,
        onChoose: () => onChoose(offer),
      }))}
    />
  );
}
