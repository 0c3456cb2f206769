import type { OvirtApi } from '../contract';

/** How clients reach the API, to be copied. The password is asked for, and never in a text that is kept. */
export function snippetsOf({ url, user, caFile }: OvirtApi): Array<{ title: string; lines: string }> {
  const at = url ?? '';
  const pythonCa = caFile === null ? 'insecure=True' : `ca_file='${caFile}'`;
  const ansibleCa = caFile === null ? 'insecure: true' : `ca_file: ${caFile}`;
  return [
    {
      title: 'Python',
      lines: [
        'import getpass, ovirtsdk4',
        `api = ovirtsdk4.Connection(url='${at}', username='${user}', password=getpass.getpass(), ${pythonCa})`,
      ].join('\n'),
    },
    {
      title: 'Ansible',
      lines: [
        '- ovirt.ovirt.ovirt_auth:',
        `    url: ${at}`,
        `    username: ${user}`,
        '    password: "{{ ovirt_password }}"',
        `    ${ansibleCa}`,
      ].join('\n'),
    },
    { title: 'curl', lines: `curl ${caFile === null ? '' : `--cacert '${caFile}' `}-u ${user} ${at}/vms` },
  ];
}
