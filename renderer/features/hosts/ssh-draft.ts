import { type ConfirmedKey, type HostSecrets, type SshHow, parseSshAddress } from '../../../contract';

/** The connection details of a host as typed. */
export interface SshDraft {
  readonly address: string;
  readonly auth: SshHow['auth'];
  readonly key: string;
  readonly password: string;
  readonly passphrase: string;
  readonly sudoPassword: string;
  readonly jump: string;
  readonly sudo: boolean;
}

export const NO_SSH: SshDraft = {
  address: '',
  auth: 'default',
  key: '',
  password: '',
  passphrase: '',
  sudoPassword: '',
  jump: '',
  sudo: false,
};

/** The same in the contract's shape, for its schema to validate. */
export function sshHow(draft: SshDraft, fingerprints: readonly ConfirmedKey[]): SshHow {
  const { user, host, port } = parseSshAddress(draft.address) ?? { user: null, host: draft.address, port: null };
  const { auth, jump, sudo } = draft;
  const key = auth === 'key' && draft.key !== '' ? draft.key : null;
  return {
    kind: 'ssh',
    address: host,
    user,
    port,
    auth,
    key,
    sudo,
    jump: jump === '' ? null : jump,
    fingerprints: [...fingerprints],
  };
}

/** Only the secrets that the connection needs; undefined: none. */
export function sshSecrets({ auth, password, passphrase, sudo, sudoPassword }: SshDraft): HostSecrets | undefined {
  const secrets: HostSecrets = {
    ...(auth === 'password' && password !== '' ? { password } : {}),
    ...(sudo && sudoPassword !== '' ? { sudoPassword } : {}),
    ...(auth === 'key' && passphrase !== '' ? { passphrase } : {}),
  };
  return Object.keys(secrets).length > 0 ? secrets : undefined;
}
