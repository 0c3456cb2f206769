/**
 * What the emulated TPM of a VM keeps (swtpm): keys that a guest has sealed its disks with. libvirt has it in a folder of its own, by
 * the VM's id, and forgets it with the definition. So it is copied wherever the variables of the firmware are.
 *
 * The emulator's account owns the innermost folder and can put a link there: what is no plain file is no state.
 */
export const TPM_STATE = `
tpm_of() { printf '/var/lib/libvirt/swtpm/%s' "$1"; }
# keep_tpm VM FILE: a copy of its state; none if it has none.
keep_tpm() {
  rm -rf -- "$2" || return
  [ -f "$(tpm_of "$1")/tpm2/tpm2-00.permall" ] || return 0
  (umask 077; cp -P -- "$(tpm_of "$1")/tpm2/tpm2-00.permall" "$2") || return
  if [ -L "$2" ] || [ ! -f "$2" ]; then rm -rf -- "$2"; fi
}
# put_tpm FILE VM: in place of what it has. For a missing file it has none, and gets a new TPM at its next start.
put_tpm() {
  rm -rf -- "$(tpm_of "$2")" || return
  [ -f "$1" ] && [ ! -L "$1" ] || return 0
  owner=$(stat -c %u:%g -- /var/log/swtpm/libvirt/qemu /var/lib/swtpm-localca 2>/dev/null | head -n 1)
  (
    umask 022
    mkdir -p -m 711 -- /var/lib/libvirt/swtpm && mkdir -m 711 -- "$(tpm_of "$2")" && cd -P -- "$(tpm_of "$2")" &&
      mkdir -m 700 tpm2 && cp -P -- "$1" tpm2/tpm2-00.permall && chmod 600 tpm2/tpm2-00.permall &&
      chown "\${owner:-0:0}" tpm2/tpm2-00.permall tpm2
  )
}
`;

/** The state of a VM's TPM among the files of a VM that moves. */
export const PACKED_TPM = 'tpm2.state';
