import type { CommandSpec } from '../spec';
import { ACTIVITY_COMMANDS } from './activity';
import { API_COMMANDS } from './api';
import { BACKUP_COMMANDS } from './backups';
import { DISK_COMMANDS } from './disks';
import { FOLDER_COMMANDS } from './folders';
import { HOST_COMMANDS } from './hosts';
import { LABCARE_COMMANDS } from './labcare';
import { LABFILE_COMMANDS } from './labfile';
import { NETWORK_COMMANDS } from './networks';
import { OUTSIDE_COMMANDS } from './outside';
import { PLACE_COMMANDS } from './places';
import { PROMISE_COMMANDS } from './promises';
import { SESSION_COMMANDS } from './sessions';
import { SYSTEM_COMMANDS } from './system';
import { VM_COMMANDS } from './vms';
import { CDROM_COMMANDS } from './cdroms';
import { VNIC_COMMANDS } from './vnics';

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  ...SYSTEM_COMMANDS,
  ...SESSION_COMMANDS,
  ...BACKUP_COMMANDS,
  ...FOLDER_COMMANDS,
  ...API_COMMANDS,
  ...LABFILE_COMMANDS,
  ...NETWORK_COMMANDS,
  ...VM_COMMANDS,
  ...CDROM_COMMANDS,
  ...VNIC_COMMANDS,
  ...DISK_COMMANDS,
  ...OUTSIDE_COMMANDS,
  ...PROMISE_COMMANDS,
  ...ACTIVITY_COMMANDS,
  ...HOST_COMMANDS,
  ...LABCARE_COMMANDS,
  ...PLACE_COMMANDS,
];

/** A description of each noun, for the help. */
export const NOUNS: Readonly<Record<string, string>> = {
  network: 'networks, isolated or not',
  vm: 'virtual machines',
  cdrom: 'CD drives of VMs, and the CDs in them',
  vnic: 'virtual network interfaces of VMs',
  disk: 'disks of VMs besides their boot sources',
  outside: 'the optional NAT uplink of a lab',
  forward: 'port forwards from this computer to VMs',
  promise: 'what must stay isolated, and what must stay connected',
  image: 'base images for VMs',
  job: 'work on hosts, running or finished',
  event: 'the record of changes, with their actors',
  backup: 'backups of the database',
  session: 'browsers that are signed in',
  api: 'the oVirt API, for clients of oVirt',
  folder: 'folders whose files the app may use',
  trash: 'disks of removed VMs, kept for a limited time',
  host: 'hosts',
  lab: 'labs of this home',
  snapshot: 'saved states of groups of VMs',
  datacenter: 'data centers',
  cluster: 'clusters',
};
