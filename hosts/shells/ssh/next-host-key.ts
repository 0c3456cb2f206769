import { AppError, type HostKeyQuestion } from '../../../contract';
import { resolveWay } from './config';
import { KeyNotTrusted, dial } from './dial';
import { jumpMethods } from './sign-in';
import type { SshTarget } from './ssh-shell';

const PATIENCE_MS = 30_000;

/**
 * The first host key on the way that is not known yet, for a person to confirm; null when all are. The host itself is left as
 * soon as its key is seen: nothing is signed in to but jump hosts whose keys are known.
 * @throws AppError HOST_UNREACHABLE, FORBIDDEN (a jump host does not let us in), BAD_INPUT
 */
export async function nextHostKey({ how, known, configFile, secrets }: SshTarget): Promise<HostKeyQuestion | null> {
  const hops = await resolveWay(how, configFile);
  const given = await secrets();
  let atLast = false;
  try {
    const way = await dial(hops, {
      known,
      confirmed: new Set(how.fingerprints),
      remember: false,
      // Without a way to sign in the host ends the talk once its key is judged.
      methods: (hop, isLast) => {
        atLast = isLast;
        return isLast ? Promise.resolve([]) : jumpMethods(hop, how, given);
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    way.close();
    return null;
  } catch (error) {
    // What may never be confirmed is no question.
    if (error instanceof KeyNotTrusted && error.question.verdict !== 'revoked') {
      const { hop, key, verdict } = error.question;
      const { type, fingerprint } = key;
      return { address: hop.host, port: hop.port, type, fingerprint, changed: verdict === 'changed' };
    }
    if (atLast && error instanceof AppError && error.code === 'FORBIDDEN') return null;
    throw error;
  }
}
