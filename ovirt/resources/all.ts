import type { AnyCollection } from '../table';
import { EVENTS, JOBS, STEPS } from './activity';
import { NETWORK_ATTACHMENTS, NIC_ATTACHMENTS } from './attachments';
import { HOSTS, HOST_NICS, HOST_STATISTICS, NIC_STATISTICS, UNMANAGED_NETWORKS } from './hosts';
import { MAC_POOLS, NETWORKS, NETWORK_LABELS, PROVIDERS, PROVIDER_NETWORKS } from './networks';
import { CLUSTERS, CLUSTER_NETWORKS, DATA_CENTERS, DATA_CENTER_CLUSTERS, DATA_CENTER_NETWORKS } from './places';
import { SNAPSHOTS } from './snapshots';
import { CDROMS, DATA_CENTER_STORAGE, DISKS, DISK_ATTACHMENTS, STORAGE_DISKS, STORAGE_DOMAINS } from './storage';
import { HOST_TAGS, PERMISSIONS, ROLES, SCHEDULING_POLICIES, TAGS, USERS } from './system';
import { TEMPLATES } from './templates';
import { NIC_REPORTED_DEVICES, REPORTED_DEVICES, VM_NICS, VNIC_STATISTICS } from './vm-nics';
import { CONSOLES, VMS, VM_STATISTICS } from './vms';
import { NETWORK_PROFILES, VNIC_PROFILES } from './vnic-profiles';

/** The table: every collection that has items in Atoll. docs/ovirt-api.md is made from it. */
export const COLLECTIONS: readonly AnyCollection[] = [
  DATA_CENTERS,
  DATA_CENTER_CLUSTERS,
  DATA_CENTER_NETWORKS,
  DATA_CENTER_STORAGE,
  CLUSTERS,
  CLUSTER_NETWORKS,
  NETWORKS,
  NETWORK_PROFILES,
  NETWORK_LABELS,
  VNIC_PROFILES,
  PROVIDERS,
  PROVIDER_NETWORKS,
  MAC_POOLS,
  HOSTS,
  HOST_NICS,
  NIC_ATTACHMENTS,
  NIC_STATISTICS,
  NETWORK_ATTACHMENTS,
  UNMANAGED_NETWORKS,
  HOST_STATISTICS,
  HOST_TAGS,
  VMS,
  VM_NICS,
  NIC_REPORTED_DEVICES,
  VNIC_STATISTICS,
  DISK_ATTACHMENTS,
  SNAPSHOTS,
  CONSOLES,
  CDROMS,
  REPORTED_DEVICES,
  VM_STATISTICS,
  TEMPLATES,
  DISKS,
  STORAGE_DOMAINS,
  STORAGE_DISKS,
  JOBS,
  STEPS,
  EVENTS,
  USERS,
  ROLES,
  TAGS,
  SCHEDULING_POLICIES,
  ...PERMISSIONS,
];

/** Collections of oVirt's that are always empty in Atoll: the elements of the collection and of an item. */
export const EMPTY_COLLECTIONS: Readonly<Record<string, readonly [tags: string, tag: string]>> = {
  affinitylabels: ['affinity_labels', 'affinity_label'],
  bookmarks: ['bookmarks', 'bookmark'],
  'clusters/{clusters}/networkfilters': ['network_filters', 'network_filter'],
  clusterlevels: ['cluster_levels', 'cluster_level'],
  cpuprofiles: ['cpu_profiles', 'cpu_profile'],
  diskprofiles: ['disk_profiles', 'disk_profile'],
  domains: ['domains', 'domain'],
  externalhostproviders: ['external_host_providers', 'external_host_provider'],
  externaltemplateimports: ['external_template_imports', 'external_template_import'],
  externalvmimports: ['external_vm_imports', 'external_vm_import'],
  groups: ['groups', 'group'],
  icons: ['icons', 'icon'],
  imagetransfers: ['image_transfers', 'image_transfer'],
  instancetypes: ['instance_types', 'instance_type'],
  katelloerrata: ['katello_errata', 'katello_erratum'],
  networkfilters: ['network_filters', 'network_filter'],
  openstackimageproviders: ['openstack_image_providers', 'openstack_image_provider'],
  openstackvolumeproviders: ['openstack_volume_providers', 'openstack_volume_provider'],
  operatingsystems: ['operation_systems', 'operating_system'],
  options: ['system_options', 'system_option'],
  schedulingpolicyunits: ['scheduling_policy_units', 'scheduling_policy_unit'],
  storageconnections: ['storage_connections', 'storage_connection'],
  'templates/{templates}/tags': ['tags', 'tag'],
  'users/{users}/tags': ['tags', 'tag'],
  vmpools: ['vm_pools', 'vm_pool'],
  'vms/{vms}/tags': ['tags', 'tag'],
};
