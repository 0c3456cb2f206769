import type { SeedDraft } from '../../../contract';

/** The form of a cloud image's first boot as entered. */
export interface FirstBoot {
  /** False: the image configures itself. */
  readonly on: boolean;
  readonly user: string;
  readonly password: string;
  /** One per line. */
  readonly keys: string;
  /** Of each vNIC, separated by commas; empty: from its network. */
  readonly addresses: readonly string[];
  readonly gateways: string;
  readonly dns: string;
  readonly searchDomains: string;
  readonly hostname: string;
  readonly userData: string;
  readonly networkConfig: string;
}

export const NO_FIRST_BOOT: FirstBoot = {
  on: true,
  user: '',
  password: '',
  keys: '',
  addresses: [],
  gateways: '',
  dns: '',
  searchDomains: '',
  hostname: '',
  userData: '',
  networkConfig: '',
};

const parts = (text: string, separator: RegExp): string[] =>
  text
    .split(separator)
    .map((each) => each.trim())
    .filter((each) => each !== '');
const commas = (text: string): string[] => parts(text, /[,\s]+/);
const orNull = (text: string): string | null => (text === '' ? null : text);

/** As `vms.add` takes it, for a VM with this many vNICs, whose names the engine chooses in order. */
export function seedOf(form: FirstBoot, vnics: number): SeedDraft | null {
  if (!form.on) return null;
  return {
    user: orNull(form.user),
    password: orNull(form.password),
    passwordHash: null,
    sshKeys: parts(form.keys, /\n/),
    hostname: orNull(form.hostname),
    addresses: Array.from({ length: vnics }, (_, i) => commas(form.addresses[i] ?? '')).flatMap((each, i) =>
      each.map((address) => ({ vnic: `nic${i + 1}`, address })),
    ),
    gateways: commas(form.gateways),
    dns: commas(form.dns),
    searchDomains: commas(form.searchDomains),
    userData: orNull(form.userData),
    networkConfig: orNull(form.networkConfig),
  };
}
