import { AppError, note } from '../../contract';

/** Bridge names that Atoll generates (rule O5). Also safe as part of an nft identifier and as a word of `ip -batch`. */
const BRIDGE_NAME = /^[0-9a-zA-Z_][0-9a-zA-Z_-]{0,14}$/;
/**
 * What is allowed as a word in `ip -batch` input. The kernel allows far more in a name (dev_valid_name forbids only `/`, `:` and
 * white space), but ip's batch reader interprets quotes, backslashes and `#`.
 */
const BATCH_WORD = /^[0-9A-Za-z_.+=@%,:/~^][0-9A-Za-z_.+=@%,:/~^-]*$/;

/** The prefix of the live probe's ports. The name alone proves nothing: anyone can give it to an interface. */
export const PROBE_PREFIX = 'atp';

export const isProbePort = (name: string): boolean => name.startsWith(PROBE_PREFIX);

/** The running probes, by the names of their ports without the last letter. */
export type Probing = ReadonlySet<string>;

/** A port of a running probe: it is gone within seconds and is not drift. Any other port of such a name is as foreign as a NIC. */
export const isPortOfProbe = (name: string, probing: Probing): boolean => probing.has(name.slice(0, -1));

export const isBridgeName = (name: string): boolean => BRIDGE_NAME.test(name);

/**
 * Returns a name that is safe in nft and in batches.
 * @throws AppError BAD_INPUT
 */
export function bridgeName(name: string): string {
  if (isBridgeName(name)) return name;
  throw new AppError('BAD_INPUT', `${JSON.stringify(name)} cannot be the name of a sealed bridge`, {
    remedy: note('A bridge has 1 to 15 letters, digits, _ or -, and does not begin with -.'),
  });
}

/**
 * Returns a word of `ip -batch` unchanged.
 * @throws AppError BAD_INPUT if ip would interpret it differently
 */
export function batchWord(word: string): string {
  if (BATCH_WORD.test(word)) return word;
  throw new AppError('BAD_INPUT', `${JSON.stringify(word)} cannot be handed to ip`, {
    remedy: note('Rename the interface manually: its name has characters that ip interprets.'),
  });
}
