import { OVIRT_API_USER } from '../contract/model/ovirt-api';
import type { Logins } from './auth/logins';
import type { Exchange } from './exchange';

const SCOPE = 'ovirt-app-api';
const JSON_TYPE = 'application/json;charset=UTF-8';

/** oVirt's single sign-on: tokens for a password, and their end. Bodies are forms, answers JSON. */
export async function answerSso(
  exchange: Exchange,
  parts: readonly string[],
  query: URLSearchParams,
  logins: Logins,
): Promise<void> {
  const path = parts.join('/');
  const say = (status: number, content: object): void =>
    exchange.text(status, JSON_TYPE, JSON.stringify(content), { Pragma: 'no-cache' });
  const isPost = exchange.method === 'POST';
  if (!isPost && !(exchange.method === 'GET' && path === 'oauth/token-info'))
    return say(405, refused('invalid_request', 'Send a POST'));
  const form = isPost ? new URLSearchParams(await exchange.body()) : new URLSearchParams();
  // The password must not be in an address: addresses are logged.
  const of = (name: string): string => form.get(name) ?? (name === 'password' ? '' : (query.get(name) ?? ''));
  switch (path) {
    case 'oauth/token':
      return token(of, logins, say);
    case 'oauth/revoke':
      logins.revoke(of('token'));
      return say(200, {});
    case 'oauth/token-info': {
      const until = logins.holds(of('token'));
      if (until === null) return say(400, refused('invalid_grant', 'The provided authorization grant is not valid'));
      return say(200, {
        active: true,
        token_type: 'bearer',
        scope: SCOPE,
        user_id: OVIRT_API_USER,
        exp: String(until),
      });
    }
    case 'oauth/token-http-auth':
      return say(400, refused('unsupported_grant_type', 'Kerberos is not supported'));
    default:
      return say(404, refused('invalid_request', 'There is no such address'));
  }
}

async function token(
  of: (name: string) => string,
  logins: Logins,
  say: (status: number, content: object) => void,
): Promise<void> {
  const scopes = of('scope').split(/\s+/);
  if (!scopes.includes(SCOPE)) return say(400, refused('invalid_scope', `The scope must be ${SCOPE}`));
  if (of('grant_type') !== 'password') return say(400, refused('unsupported_grant_type', 'The grant must be password'));
  const user = of('username');
  switch (await logins.check(user, of('password'))) {
    case 'accepted': {
      const { secret, until } = logins.grant();
      return say(200, { access_token: secret, scope: SCOPE, exp: String(until), token_type: 'bearer' });
    }
    case 'refused':
      return say(
        401,
        refused(
          'access_denied',
          `Cannot authenticate user '${user.slice(0, 100)}': The username or password is incorrect..`,
        ),
      );
    case 'busy':
      return say(503, refused('temporarily_unavailable', 'Too many clients are signing in'));
  }
}

/** `error_code` and `error` are what older clients read. */
const refused = (error: string, words: string) => ({ error_code: error, error: words, error_description: words });
