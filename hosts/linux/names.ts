import { AppError, note } from '../../contract';

/** Bridge names that Atoll gives (rule O5). Also safe as part of an nft identifier and as a word of `ip -batch`. */
const BRIDGE_NAME = /^[0-9a-zA-Z_][0-9a-zA-Z_-]{0,14}$/;
/**
 * What may stand as a word in `ip -batch` input. The kernel allows far more in a name (dev_valid_name forbids only `/`,
 * `:` and white space), but ip's batch reader takes quotes, backslashes and `#` for itself.
 */
const BATCH_WORD = /^[0-9A-Za-z_.+=@%,:/~^][0-9A-Za-z_.+=@%,:/~^-]*$/;

/** The live probe's ports begin with this. The name alone proves nothing: anyone can call an interface so. */
export const PROBE_PREFIX = 'atp';

export const isProbePort = (name: string): boolean => name.startsWith(PROBE_PREFIX);

/** Probes that run now, by the names of their ports without the last letter. */
export type Probing = ReadonlySet<string>;

/** A port of a probe that runs now: it is gone within seconds and no drift. Any other of such a name is as foreign as a NIC. */
export const isPortOfProbe = (name: string, probing: Probing): boolean => probing.has(name.slice(0, -1));

export const isBridgeName = (name: string): boolean => BRIDGE_NAME.test(name);

/**
 * A name that is safe in nft and in batches.
 * @throws AppError BAD_INPUT
 */
export function bridgeName(name: string): string {
  if (isBridgeName(name)) return name;
  throw new AppError('BAD_INPUT', `${JSON.stringify(name)} can not be the name of a sealed bridge`, {
    remedy: note('A bridge has 1 to 15 letters, digits, _ or -, and does not begin with -.'),
  });
}

/**
 * A word of `ip -batch`, as it stands.
 * @throws AppError BAD_INPUT for what ip would read otherwise than it stands there
 */
export function batchWord(word: string): string {
  if (BATCH_WORD.test(word)) return word;
  throw new AppError('BAD_INPUT', `${JSON.stringify(word)} can not be handed to ip`, {
    remedy: note('Rename the interface by hand: its name has characters that ip reads in a way of its own.'),
  });
}
