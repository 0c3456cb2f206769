import { account } from '../hosts/account';

export { userHome } from '../hosts/account';

/** The name of the OS user that runs this process; by number where no account has it. */
export function userName(): string {
  const { name, uid } = account();
  return name ?? `uid ${uid}`;
}
