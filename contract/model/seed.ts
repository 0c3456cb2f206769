import { z } from 'zod';
import { KeptName } from './common';
import { GuestCidr, HostAddress } from './guest-address';

/** The most bytes of an own user-data or network-config file. */
export const SEED_FILE_MAX_BYTES = 16 * 1024;

const SshKey = z
  .string()
  .max(8192)
  .regex(
    /^(ssh-|ecdsa-|sk-)[^\s]+ [A-Za-z0-9+/=]+( [^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*)?$/u,
    'must be one line of an OpenSSH public key',
  );

const Hostname = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be letters a to z, digits and hyphens, and not end with a hyphen');

const Domain = z
  .string()
  .max(253)
  .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, 'must be a domain name');

const FileText = z
  .string()
  .min(1)
  .refine((s) => new TextEncoder().encode(s).length <= SEED_FILE_MAX_BYTES, 'must have at most 16 KiB')
  .refine((s) => !/[^\P{Cc}\n\r\t]|\p{Cs}/u.test(s), 'must be text, without control characters');

/** Whether a user-data file is a MIME message, which contains all that the guest gets. */
export const isMimeUserData = (text: string): boolean => /^(Content-Type: multipart\/|MIME-Version:)/i.test(text);

/** How cloud-init recognizes a part of user data. */
const USER_DATA = /^(#cloud-config|#!|#include|#cloud-boothook|## template: ?jinja|#part-handler)/;

const UserData = FileText.refine(
  (s) => USER_DATA.test(s) || isMimeUserData(s),
  'must begin with a line that cloud-init knows, for example #cloud-config or #!/bin/sh',
);

/** A password as crypt(5) stores it: SHA-512. */
const PasswordHash = z
  .string()
  .regex(/^\$6\$(rounds=\d{1,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}$/, 'must be a SHA-512 hash of crypt(5)');

/** A password to be hashed; never stored, nor shown. */
export const GuestPassword = z
  .string()
  .min(1)
  .max(128)
  .refine((s) => !/\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}/u.test(s), 'must have no control characters');

/** An address of one vNIC. A vNIC can have several, IPv4 and IPv6. */
export const SeedAddress = z.object({ vnic: KeptName, address: GuestCidr });

/** First-boot data for a cloud image (cloud-init NoCloud): a sealed network has no DHCP and no metadata server. */
export const Seed = z.object({
  /** The user that is created, with a key or a password. Null: the own user-data file has all users. */
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a Linux user name')
    .nullable()
    .default(null),
  sshKeys: z.array(SshKey).max(32).default([]),
  passwordHash: PasswordHash.nullable().default(null),
  /** Null: from the VM's name. */
  hostname: Hostname.nullable().default(null),
  /** A vNIC without any gets one of its network's guest subnet, if it has one. */
  addresses: z.array(SeedAddress).max(224).default([]),
  dns: z.array(HostAddress).max(8).default([]),
  searchDomains: z.array(Domain).max(8).default([]),
  /** Default gateways, at most one of each IP version, each in the subnet of a vNIC's address. */
  gateways: z.array(HostAddress).max(2).default([]),
  /** An own user-data file: cloud-init gets it beside what the fields above say. */
  userData: UserData.nullable().default(null),
  /** An own network-config file, in place of the addresses above. */
  networkConfig: FileText.nullable().default(null),
});
export type Seed = z.infer<typeof Seed>;

/** A seed as it is entered: the password is hashed before it is stored. */
export const SeedDraft = Seed.extend({ password: GuestPassword.nullable().default(null) }).strict();
export type SeedDraft = z.infer<typeof SeedDraft>;

/** The files of a cloud-init NoCloud seed. */
export const SeedFiles = z.object({ 'meta-data': z.string(), 'user-data': z.string(), 'network-config': z.string() });
export type SeedFiles = z.infer<typeof SeedFiles>;
