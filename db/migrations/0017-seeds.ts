import type { Migration } from './migration';

/** The new form of a boot source in a JSON `column`, at `at`; `vnic`: the name of the VM's first vNIC, as SQL. */
const newForm = (column: string, at: string, vnic: string): string => {
  const old = (field: string): string => `${column} ->> '${at}.seed.${field}'`;
  // json(): the result of a CASE would be taken as text.
  const address = `json(CASE WHEN ${old('address')} IS NULL OR ${vnic} IS NULL THEN json_array()
      ELSE json_array(json_object('vnic', ${vnic}, 'address', ${old('address')})) END)`;
  const seed = `json_object('user', ${old('user')}, 'sshKeys', json_array(${old('sshKey')}), 'passwordHash', NULL,
    'hostname', NULL, 'addresses', ${address}, 'dns', json_array(), 'searchDomains', json_array(),
    'gateways', json_array(), 'userData', NULL, 'networkConfig', NULL)`;
  return `json_set(${column}, '${at}.diskBytes', NULL, '${at}.seed',
    json(CASE WHEN json_type(${column}, '${at}.seed') = 'object' THEN ${seed} END))`;
};
const isImage = (column: string, at: string): string => `${column} ->> '${at}.kind' = 'image'`;

/**
 * First-boot data get several keys, a password, addresses of every vNIC, and own files: in VMs, in snapshots, and in what can be
 * undone. The one address of before was the first vNIC's. The index finds the few VMs whose vNICs have more addresses than one.
 */
export const seeds: Migration = {
  version: 17,
  name: 'seeds',
  sql: `
UPDATE vms SET boot = ${newForm('boot', '$', '(SELECT name FROM vnics WHERE vm_id = vms.id ORDER BY position LIMIT 1)')}
  WHERE ${isImage('boot', '$')};
UPDATE snapshot_vms SET kept = ${newForm('kept', '$.boot', "kept ->> '$.vnics[0].name'")}
  WHERE ${isImage('kept', '$.boot')};
UPDATE events SET undo = ${newForm('undo', '$.change.vm.boot', "undo ->> '$.change.vm.vnics[0].name'")}
  WHERE ${isImage('undo', '$.change.vm.boot')};
CREATE INDEX vms_addresses ON vms (id) WHERE json_array_length(boot, '$.seed.addresses') > 1;
`,
};
