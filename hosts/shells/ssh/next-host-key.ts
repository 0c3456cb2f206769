import { AppError, type HostKeyQuestion, keyPlaceText, note } from '../../../contract';
import type { KeyState } from '../../../engine/ports/hosts';
import { type Hop, resolveWay } from './config';
import { KeyNotTrusted, type KeyQuestion, dial, placeOf } from './dial';
import { jumpMethods } from './sign-in';
import type { SshTarget } from './ssh-shell';

const PATIENCE_MS = 30_000;

/**
 * The first unknown host key on the route, for the user to confirm; null: all are known. The connection to the host itself is
 * closed as soon as its key is seen: it signs in only to jump hosts whose keys are known.
 * @throws AppError HOST_UNREACHABLE, FORBIDDEN (a jump host refuses sign-in, a revoked key), BAD_INPUT
 */
export async function nextHostKey(target: SshTarget): Promise<HostKeyQuestion | null> {
  const question = await nextQuestion(target, await resolveWay(target.how, target.configFile));
  if (question === null) return null;
  const { hop, key, verdict, isLast } = question;
  const place = keyPlaceText(placeOf(hop));
  const { type, fingerprint } = key;
  const changed = verdict === 'changed';
  return { address: hop.host, port: hop.port, place, jump: !isLast, type, fingerprint, changed };
}

/**
 * Whether the keys on a route are known, the worst status of them. Connects to nothing.
 * @throws AppError BAD_INPUT
 */
export async function keyState({ how, known, configFile }: SshTarget): Promise<KeyState> {
  const states = (await resolveWay(how, configFile)).map(placeOf).map((place): KeyState => {
    const keys = known.fingerprints(place);
    if (keys.length === 0) return 'unknown';
    const confirmed = how.fingerprints.filter((one) => one.place === keyPlaceText(place));
    return confirmed.some(({ fingerprint }) => !keys.includes(fingerprint)) ? 'changed' : 'known';
  });
  const worst: readonly KeyState[] = ['changed', 'unknown'];
  return worst.find((state) => states.includes(state)) ?? 'known';
}

/**
 * Stores a key that the user has confirmed as known, replacing any other, if it is what the host currently shows. `place`: of which
 * hop; null: the host itself.
 * @throws AppError FORBIDDEN if the host shows another one or it was revoked; as `nextHostKey`
 */
export async function acceptHostKey(target: SshTarget, fingerprint: string, place: string | null): Promise<void> {
  const hops = await resolveWay(target.how, target.configFile);
  const isMeant = (hop: Hop): boolean =>
    place === null ? hop === hops.at(-1) : keyPlaceText(placeOf(hop)) === place.toLowerCase();
  const meant = hops.findIndex(isMeant);
  const hop = hops[meant];
  if (hop === undefined)
    throw new AppError('BAD_INPUT', `${place} is not on the path to ${target.how.address}`, {
      field: 'place',
      remedy: note(`On it are: ${hops.map((each) => keyPlaceText(placeOf(each))).join(', ')}.`),
    });
  const question = await nextQuestion(target, hops.slice(0, meant + 1));
  if (question === null && target.known.has(placeOf(hop), fingerprint)) return;
  // A hop before it has to be confirmed first; its error says so.
  if (question !== null && question.hop !== hop) throw new KeyNotTrusted(question);
  if (question !== null && question.key.fingerprint === fingerprint)
    return target.known.replace(placeOf(hop), question.key);
  const shown = question?.key.fingerprint ?? target.known.fingerprints(placeOf(hop)).join(' or ');
  throw new AppError('FORBIDDEN', `${hop.host} does not show the key ${fingerprint}, but ${shown}`, {
    field: 'fingerprint',
    remedy: note('Nothing was changed. Compare the fingerprint with the one that the host itself shows.'),
  });
}

async function nextQuestion({ how, known, secrets }: SshTarget, hops: readonly Hop[]): Promise<KeyQuestion | null> {
  let atLast = false;
  try {
    const way = await dial(hops, {
      known,
      confirmed: how.fingerprints,
      remember: false,
      // Without a sign-in method the host ends the connection once its key is verified.
      methods: async (hop, isLast) => {
        atLast = isLast;
        return isLast ? [] : jumpMethods(hop, how, (await secrets())?.passphrase);
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    way.close();
    return null;
  } catch (error) {
    // A key that can never be confirmed is not offered.
    if (error instanceof KeyNotTrusted && error.question.verdict !== 'revoked') return error.question;
    if (atLast && error instanceof AppError && error.code === 'FORBIDDEN') return null;
    throw error;
  }
}
