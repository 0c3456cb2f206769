import type { CommandSpec } from '../spec';
import { ACTIVITY_COMMANDS } from './activity';
import { BACKUP_COMMANDS } from './backups';
import { FOLDER_COMMANDS } from './folders';
import { HOST_COMMANDS } from './hosts';
import { LABCARE_COMMANDS } from './labcare';
import { LABFILE_COMMANDS } from './labfile';
import { NETWORK_COMMANDS } from './networks';
import { OUTSIDE_COMMANDS } from './outside';
import { PLACE_COMMANDS } from './places';
import { SESSION_COMMANDS } from './sessions';
import { SYSTEM_COMMANDS } from './system';
import { VM_COMMANDS } from './vms';
import { VNIC_COMMANDS } from './vnics';

/** Every command there is, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  ...SYSTEM_COMMANDS,
  ...SESSION_COMMANDS,
  ...BACKUP_COMMANDS,
  ...FOLDER_COMMANDS,
  ...LABFILE_COMMANDS,
  ...NETWORK_COMMANDS,
  ...VM_COMMANDS,
  ...VNIC_COMMANDS,
  ...OUTSIDE_COMMANDS,
  ...ACTIVITY_COMMANDS,
  ...HOST_COMMANDS,
  ...LABCARE_COMMANDS,
  ...PLACE_COMMANDS,
];

/** What each noun is, for the help. */
export const NOUNS: Readonly<Record<string, string>> = {
  network: 'networks, isolated or not',
  vm: 'virtual machines',
  vnic: "virtual machines' network cards",
  outside: 'the way out of a lab, opt-in',
  forward: 'ports of this computer that lead to VMs',
  image: 'base images for VMs',
  job: 'work on hosts, under way or done',
  event: 'what happened, and who did it',
  backup: 'copies of the store',
  session: 'browsers that are signed in',
  folder: 'folders whose files the screens may use',
  trash: 'disks of removed VMs, kept for a while',
  host: 'hosts',
  lab: 'labs of this home',
  snapshot: 'groups of VMs as they were',
  datacenter: 'data centers',
  cluster: 'clusters',
};
