import type { GuestAddress } from '../../../contract';
import { Ago } from '../../ui/time';
import { text } from './text';

/** An address of a guest with its source, and its age if it was observed. */
export function Address({ of: { address, source, seenAt } }: { of: GuestAddress }) {
  return (
    <small className="block soft">
      <span className="mono">{address}</span> · {text.addressSources[source]}
      {seenAt === null ? null : (
        <>
          {' · '}
          <Ago at={seenAt} />
        </>
      )}
    </small>
  );
}
