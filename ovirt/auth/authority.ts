import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** The longest that clients accept of a certificate for a server. */
const SERVER_DAYS = 397;
/** For clients whose clock is a little behind. */
const EARLIER_MS = 3_600_000;

/** The same by the name that the browser's types have for it. */
const provider = webcrypto as unknown as NonNullable<Parameters<typeof x509.X509CertificateGenerator.create>[1]>;

/** The certificate authority of a home, by which clients know its API. */
export interface Authority {
  /** The path of its certificate. */
  readonly file: string;
  readonly pem: string;
  /** A new key and certificate for 127.0.0.1, in memory only. */
  issue(): Promise<{ readonly key: string; readonly cert: string }>;
}

/** Where the certificate of a home's authority is, whether it exists or not. */
export const authorityFile = (folder: string): string => join(folder, 'ca.pem');

/** Reads the authority in `folder`, or makes one. Its files have mode 0600. */
export async function openAuthority(folder: string, now: () => number = Date.now): Promise<Authority> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = read(folder);
  const { key: keyPem, cert: pem } = found !== null && isUsable(found.cert, now()) ? found : await make(folder, now());
  const authority = new x509.X509Certificate(pem);
  const signingKey = await importKey(keyPem);
  return {
    file: authorityFile(folder),
    pem,
    issue: async () => {
      const keys = await newKeys();
      const at = now();
      const certificate = await x509.X509CertificateGenerator.create(
        {
          serialNumber: serial(),
          subject: 'CN=127.0.0.1, O=Atoll',
          issuer: authority.subject,
          notBefore: new Date(at - EARLIER_MS),
          notAfter: new Date(at + SERVER_DAYS * DAY_MS),
          signingAlgorithm: ALGORITHM,
          publicKey: keys.publicKey,
          signingKey,
          extensions: [
            new x509.BasicConstraintsExtension(false),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
            new x509.SubjectAlternativeNameExtension([
              { type: 'ip', value: '127.0.0.1' },
              { type: 'dns', value: 'localhost' },
            ]),
            await x509.AuthorityKeyIdentifierExtension.create(authority, false, provider),
          ],
        },
        provider,
      );
      return { key: await pemOf(keys.privateKey), cert: certificate.toString('pem') };
    },
  };
}

async function make(folder: string, at: number): Promise<{ key: string; cert: string }> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serial(),
      name: 'CN=Atoll API, O=Atoll',
      notBefore: new Date(at - EARLIER_MS),
      notAfter: new Date(at + AUTHORITY_DAYS * DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        // It signs servers only, and no further authorities.
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, provider),
      ],
    },
    provider,
  );
  const made = { key: await pemOf(keys.privateKey), cert: certificate.toString('pem') };
  // The key first: a certificate without its key would be used for nothing.
  write(join(folder, 'ca.key'), made.key);
  write(authorityFile(folder), made.cert);
  return made;
}

function read(folder: string): { key: string; cert: string } | null {
  try {
    return { key: readFileSync(join(folder, 'ca.key'), 'utf8'), cert: readFileSync(authorityFile(folder), 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** One that ends before the certificates that it would sign is replaced; so is a file that is none. */
function isUsable(pem: string, at: number): boolean {
  try {
    return new x509.X509Certificate(pem).notAfter.getTime() > at + SERVER_DAYS * DAY_MS;
  } catch {
    return false;
  }
}

function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const serial = (): string => `00${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`;

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [bytes] = x509.PemConverter.decode(pem);
  if (bytes === undefined) throw new Error('the key of the authority is no PEM file');
  return webcrypto.subtle.importKey('pkcs8', bytes, ALGORITHM, false, ['sign']);
}
