import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { AppError, note } from '../../../contract';

/** A host key as received over the wire (RFC 4253, 6.6). */
export interface HostKey {
  readonly type: string;
  readonly fingerprint: string;
  readonly base64: string;
}

/** The status of a key in known_hosts: known for this host, different from the known one, revoked, or the host is not listed. */
export type KeyVerdict = 'known' | 'changed' | 'revoked' | 'unknown';

/** The name of a host in known_hosts. */
export interface KeyPlace {
  readonly host: string;
  readonly port: number;
}

/** The blob starts with the length and the name of its type. */
export function hostKey(blob: Buffer): HostKey {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  const type = blob.toString('latin1', 4, 4 + length);
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { type, fingerprint: `SHA256:${digest}`, base64: blob.toString('base64') };
}

interface Line {
  readonly text: string;
  readonly hosts: string;
  readonly type: string;
  readonly base64: string;
  readonly revoked: boolean;
}

/**
 * Host keys in OpenSSH's known_hosts format (sshd(8)), so that ssh and ssh-keygen read and edit the same file. Read each time: the
 * user can edit it while the engine runs.
 */
export class KnownHosts {
  /** Writers of this process, one after the other. */
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  verdict(place: KeyPlace, key: HostKey): KeyVerdict {
    const lines = this.lines().filter((line) => isFor(line, place));
    if (lines.some((line) => line.revoked && line.base64 === key.base64)) return 'revoked';
    const valid = lines.filter((line) => !line.revoked);
    if (valid.some((line) => line.base64 === key.base64)) return 'known';
    return valid.length > 0 ? 'changed' : 'unknown';
  }

  /** The types of the known keys of a host: those to request, otherwise another of its keys would count as changed. */
  types(place: KeyPlace): string[] {
    const known = this.lines().filter((line) => !line.revoked && isFor(line, place));
    return [...new Set(known.map((line) => line.type))];
  }

  /** Whether a key with this fingerprint is known for a host. */
  has(place: KeyPlace, fingerprint: string): boolean {
    return this.fingerprints(place).includes(fingerprint);
  }

  /** Those of the keys that are known for a host. */
  fingerprints(place: KeyPlace): string[] {
    const known = this.lines().filter((line) => !line.revoked && isFor(line, place));
    const keys = known.map(({ base64 }) => hostKey(Buffer.from(base64, 'base64')));
    return keys.filter((key) => this.verdict(place, key) === 'known').map(({ fingerprint }) => fingerprint);
  }

  /**
   * Stores the first key of a host.
   * @throws AppError FORBIDDEN if another one has become known in the meantime, or this one was revoked
   */
  learn(place: KeyPlace, key: HostKey): Promise<void> {
    return this.write(place, key, ['unknown']);
  }

  /**
   * Stores a key for a host, replacing all others of it; other hosts' lines, and revocations, stay. Only for a key that the user
   * has just confirmed.
   * @throws AppError FORBIDDEN if it was revoked
   */
  replace(place: KeyPlace, key: HostKey): Promise<void> {
    return this.write(place, key, ['unknown', 'changed']);
  }

  private write(place: KeyPlace, key: HostKey, may: readonly KeyVerdict[]): Promise<void> {
    const write = async (): Promise<void> => {
      const verdict = this.verdict(place, key);
      if (verdict === 'known') return;
      if (!may.includes(verdict))
        throw new AppError('FORBIDDEN', `The host key of ${place.host} is ${verdict}: ${key.type} ${key.fingerprint}`, {
          field: 'fingerprint',
          remedy: note('known_hosts of the home was changed in the meantime. Check it, then try again.'),
        });
      const kept = this.lines().flatMap((line) => withoutHost(line, place));
      const text = [...kept, `${nameOf(place)} ${key.type} ${key.base64}`, ''].join('\n');
      await writeFile(`${this.file}.new`, text, { mode: 0o600 });
      await rename(`${this.file}.new`, this.file);
    };
    // A failed write (a full disk) does not block later ones.
    const written = this.writing.then(write);
    this.writing = written.catch(() => undefined);
    return written;
  }

  private lines(): Line[] {
    if (!existsSync(this.file)) return [];
    return readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((text) => text !== '')
      .map(parseLine);
  }
}

/** A comment, or an unreadable line, is kept and belongs to no host. */
function parseLine(text: string): Line {
  const words = text.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [hosts = '', type = '', base64 = ''] = words;
  // A certificate authority is not a host key, and an unknown marker makes its line invalid, as for ssh.
  if (text.startsWith('#') || base64 === '' || (marker !== undefined && marker !== '@revoked'))
    return { text, hosts: '', type: '', base64: '', revoked: false };
  return { text, hosts, type, base64: canonical(base64), revoked: marker === '@revoked' };
}

/** A key has several base64 encodings (padding, unused bits); a revoked one must not be accepted in another encoding. */
const canonical = (base64: string): string => Buffer.from(base64, 'base64').toString('base64');

/** The text of a line without a host: one name less, an exception to its patterns, or no line at all. */
function withoutHost(line: Line, place: KeyPlace): string[] {
  if (line.revoked || line.hosts === '' || !isFor(line, place)) return [line.text];
  const name = nameOf(place);
  const others = line.hosts.split(',').filter((pattern) => pattern.toLowerCase() !== name);
  if (line.hosts.startsWith('|1|') || !others.some((pattern) => !pattern.startsWith('!'))) return [];
  const hosts = others.some((pattern) => matches(pattern, name)) ? [...others, `!${name}`] : others;
  return [line.text.replace(line.hosts, () => hosts.join(','))];
}

const nameOf = ({ host, port }: KeyPlace): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

function isFor({ hosts }: Line, place: KeyPlace): boolean {
  const name = nameOf(place);
  if (hosts.startsWith('|1|')) return isHashOf(hosts, name);
  const patterns = hosts.split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => matches(pattern, name));
}

/** `|1|salt|hash`: HMAC-SHA1 of the name (ssh-keygen -H). */
function isHashOf(hosts: string, name: string): boolean {
  const [salt = '', hash = ''] = hosts.slice(3).split('|');
  const wanted = Buffer.from(hash, 'base64');
  const made = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === made.length && timingSafeEqual(wanted, made);
}

/** With `*` and `?`. */
function matches(pattern: string, name: string): boolean {
  const source = pattern
    .toLowerCase()
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
