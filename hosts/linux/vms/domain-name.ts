/** What virsh, shells and file names all accept without quoting; libvirt itself allows more. */
const PLAIN = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,59}$/;
const ONLY_DOTS = /^\.+$/;

/** The domain's name for a VM: its own name if that is plain, else one from its id. The title has the real name. */
export function domainName(vmId: string, vmName: string): string {
  return PLAIN.test(vmName) && !ONLY_DOTS.test(vmName) ? vmName : fallbackName(vmId);
}

/** For names that are not plain, or that another domain of the host already has. */
export const fallbackName = (vmId: string): string => `atoll-${vmId}`;

/** A host name for the guest: letters, digits and hyphens (RFC 1123), never empty. */
export function guestHostname(vmName: string): string {
  const plain = vmName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return plain || 'vm';
}
