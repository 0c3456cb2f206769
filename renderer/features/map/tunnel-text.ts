import type { Island, IslandJoint } from '../../../contract';
import { momentWords } from '../../ui/language';
import type { SplitLine } from './layout/boxes';
import { jointTo, type Model } from './model';
import { text } from './text';

/** The tunnel that a line stands for; undefined: the islands are not connected, and not meant to be. */
export function jointOf(
  model: Pick<Model, 'islands'>,
  { islandIds: [one, other] }: SplitLine,
): IslandJoint | undefined {
  const [a, b]: ReadonlyArray<Island | undefined> = [model.islands.get(one), model.islands.get(other)];
  return a && b && jointTo(a, b.hostId);
}

/** The state of a tunnel as one or two lines. */
export function jointLines(joint: IslandJoint | undefined): readonly string[] {
  if (joint === undefined) return text.notConnectedLines;
  if (joint.state === 'connecting') return [text.tunnelConnecting];
  if (joint.state === 'down')
    return [text.tunnelDown, ...(joint.since === null ? [] : [text.since(momentWords(joint.since))])];
  return [text.tunnel, joint.way === null ? '' : text.byWay[joint.way]].filter((line) => line !== '');
}

export const jointText = (joint: IslandJoint | undefined): string =>
  joint === undefined ? text.notConnected : jointLines(joint).join(joint.state === 'down' ? ' ' : ', ');

/** The same where there is little room. */
export const jointShort = (joint: IslandJoint | undefined): string =>
  joint === undefined ? text.notConnectedShort : (jointLines(joint)[0] ?? '');
