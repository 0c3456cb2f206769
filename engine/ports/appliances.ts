import type { Appliance, DiskBus, DiskFormat, Firmware, Hardware, NicModel, VmExportFormat } from '../../contract';

/** An OVA file, or an OVF file with its disks beside it. `sha256`: what the named file must have, in hex. */
export interface ApplianceSource {
  readonly path: string;
  readonly sha256: string | null;
}

/** A VM as it is described in an export. */
export interface ExportedVm {
  readonly id: string;
  readonly name: string;
  readonly comment: string;
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly firmware: Firmware;
  readonly tpm: Hardware['tpm'];
  readonly sound: Hardware['sound'];
  readonly nicModel: NicModel;
  /** In boot order. `path`: a checked file of this computer that depends on no other. */
  readonly disks: ReadonlyArray<{
    readonly path: string;
    readonly format: DiskFormat;
    readonly bus: DiskBus;
    readonly virtualBytes: number;
  }>;
  readonly cdroms: number;
  readonly nics: ReadonlyArray<{ readonly network: string | null }>;
}

type Progress = (done: number, known: number, file?: string) => void;

/** VMs in files of this computer, as VMware, VirtualBox and other programs exchange them (OVF, DMTF DSP0243). */
export interface Appliances {
  /** Reads only the description. Throws BAD_INPUT, NOT_SUPPORTED, NOT_FOUND or FORBIDDEN. */
  read(path: string, signal: AbortSignal): Promise<Appliance>;
  /**
   * Copies description and disks to private files, and compares them with the sums of the manifest, if there is one. `disks` are in
   * the order of the description. Throws as `read`, and NO_CAPACITY.
   */
  unpack(
    id: string,
    source: ApplianceSource,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<{ readonly appliance: Appliance; readonly disks: readonly string[]; readonly bytes: number }>;
  /** Writes a VM to a new file or folder; resolves with the bytes that it takes. Throws CONFLICT for a path that exists. */
  pack(
    id: string,
    vm: ExportedVm,
    to: { readonly path: string; readonly format: VmExportFormat },
    progress: Progress,
    signal: AbortSignal,
  ): Promise<number>;
  /** Removes the private files of `unpack`. */
  remove(id: string): Promise<void>;
}
