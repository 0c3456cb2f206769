import { join } from 'node:path';
import type { AtollClient } from '../../app/client';
import type { ConfirmedKey, HostKeyQuestion, HostSecrets } from '../../contract';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { hostKeyIn, KeyPlace, parseSshAddress } from '../../contract/model/ssh';
import { ask, canAsk } from '../ask';
import type { Context } from '../context';
import { given } from './shared';

/** Asks for each unknown host key on the route, jump hosts first. Without a terminal it prints which ones to pass. */
export async function confirmKeys(
  client: AtollClient,
  way: Extract<Parameters<AtollClient['hosts']['hostKey']>[0]['how'], object>,
  { input, home }: Pick<Context, 'input' | 'home'>,
  secrets: HostSecrets | null,
): Promise<ConfirmedKey[]> {
  const given = input.list('fingerprint').map(givenKey);
  const confirmed: ConfirmedKey[] = [];
  for (;;) {
    const { ask: key } = await client.hosts.hostKey({
      how: { ...way, fingerprints: confirmed },
      ...secretsIn(secrets),
    });
    if (key === null) return confirmed;
    const where = `${key.address}, port ${key.port}`;
    if (key.changed) throw changed(key, where, home.path);
    const forIt = given.filter(({ place }) => (place === null ? !key.jump : place === key.place));
    if (!forIt.some(({ fingerprint }) => fingerprint === key.fingerprint))
      await confirmOnTerminal(key, where, forIt.length > 0);
    confirmed.push({ place: key.place, fingerprint: key.fingerprint });
  }
}

const secretsIn = (secrets: HostSecrets | null) => given({ secrets: secrets ?? undefined });

async function confirmOnTerminal(key: HostKeyQuestion, where: string, wasGiven: boolean): Promise<void> {
  if (wasGiven || !canAsk())
    throw new AppError(
      'BAD_INPUT',
      `The host key of ${where} is ${wasGiven ? 'not the one that you gave' : 'not confirmed'}: ${key.type} ${key.fingerprint}`,
      {
        field: 'fingerprint',
        remedy: note(
          `Compare it with what the host prints on its own console, then pass --fingerprint ${key.jump ? `${key.place}=` : ''}${key.fingerprint}`,
        ),
      },
    );
  const yes = await ask(
    `The host key of ${where} is ${key.type} ${key.fingerprint}\nDoes the host print the same on its own console?`,
  );
  if (!yes) throw new AppError('CANCELLED', 'Nothing was added.');
}

/** Adding a host never replaces a known key: that needs a separate decision. */
function changed(key: HostKeyQuestion, where: string, home: string): AppError {
  const { host, port } = parseSshAddress(key.place) ?? { host: key.address, port: key.port };
  const name = port === 22 ? host : `[${host}]:${port}`;
  return new AppError(
    'FORBIDDEN',
    `THE HOST KEY OF ${where} HAS CHANGED: it now shows ${key.type} ${key.fingerprint}`,
    {
      field: 'fingerprint',
      remedy: note(
        `Either the host was reinstalled, or someone intercepts the connection. If you know why, remove the old key, then add the host again: ssh-keygen -R '${name}' -f ${join(home, 'known_hosts')}`,
      ),
    },
  );
}

/** `[HOST[:PORT]=]SHA256:...`; without a host it is the host's own key. */
export function givenKey(text: string): { readonly place: string | null; readonly fingerprint: string } {
  const { place = null, fingerprint } = hostKeyIn(text) ?? { fingerprint: text };
  if (place !== null && !KeyPlace.safeParse(place).success)
    throw new AppError('BAD_INPUT', `${JSON.stringify(place)} is not a valid host address.`, {
      field: 'fingerprint',
      remedy: note('Give [HOST[:PORT]=]SHA256:..., an IPv6 address in brackets.'),
    });
  return { place, fingerprint };
}
