import XMLBuilder from 'fast-xml-builder';
import type { ExportedVm } from '../../engine/ports/appliances';

/** A file beside the description. */
export interface WrittenDisk {
  readonly file: string;
  readonly bytes: number;
  readonly virtualBytes: number;
  readonly format: 'vmdk' | 'qcow2';
  readonly bus: ExportedVm['disks'][number]['bus'];
}

const FORMATS = {
  vmdk: 'http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized',
  qcow2: 'http://www.gnome.org/~markmc/qcow-image-format.html',
};

/** What VMware and VirtualBox both have. Atoll reads its own model from `atoll:model`. */
const NIC_SUBTYPES = { virtio: 'E1000', e1000: 'E1000', e1000e: 'E1000e', rtl8139: 'PCNet32' };

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  format: true,
});

/** Characters that XML 1.0 can't carry at all. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const xmlText = (text: string): string => text.replace(NOT_IN_XML, '');

/** A device; the elements of an item are in the order of their names, as VMware wants them. */
function item(
  id: number,
  kind: number,
  fields: Record<string, string | number | undefined>,
  attributes: Record<string, string> = {},
): Record<string, unknown> {
  const all = { ...fields, InstanceID: id, ResourceType: kind };
  const sorted = Object.entries(all)
    .filter(([, given]) => given !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [`rasd:${name}`, value]);
  return { ...attributes, ...(Object.fromEntries(sorted) as Record<string, unknown>) };
}

/** The description of a VM in OVF 1.0, which all programs read. What only Atoll knows is in attributes of its own namespace. */
export function writeOvf(vm: ExportedVm, disks: readonly WrittenDisk[]): string {
  const networks = [...new Set(vm.nics.map(({ network }) => network ?? 'none'))].map(xmlText);
  const envelope = {
    '@xmlns': 'http://schemas.dmtf.org/ovf/envelope/1',
    '@xmlns:ovf': 'http://schemas.dmtf.org/ovf/envelope/1',
    '@xmlns:rasd': 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData',
    '@xmlns:vssd': 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData',
    '@xmlns:vmw': 'http://www.vmware.com/schema/ovf',
    '@xmlns:atoll': 'urn:atoll:ovf:1',
    References: {
      File: disks.map(({ file, bytes }, i) => ({ '@ovf:id': `file${i + 1}`, '@ovf:href': file, '@ovf:size': bytes })),
    },
    DiskSection: {
      Info: 'The disks',
      Disk: disks.map(({ virtualBytes, format, bus }, i) => ({
        '@ovf:diskId': `disk${i + 1}`,
        '@ovf:fileRef': `file${i + 1}`,
        '@ovf:capacity': virtualBytes,
        '@ovf:capacityAllocationUnits': 'byte',
        '@ovf:format': FORMATS[format],
        '@atoll:bus': bus,
      })),
    },
    ...(networks.length === 0
      ? {}
      : {
          NetworkSection: {
            Info: 'The networks',
            Network: networks.map((name) => ({ '@ovf:name': name, Description: name })),
          },
        }),
    VirtualSystem: {
      '@ovf:id': fileName(vm.name),
      '@atoll:tpm': vm.tpm,
      Info: 'A virtual machine',
      Name: xmlText(vm.name),
      ...(vm.comment === '' ? {} : { AnnotationSection: { Info: 'A comment', Annotation: xmlText(vm.comment) } }),
      OperatingSystemSection: { '@ovf:id': '102', Info: 'The guest', Description: 'Other, 64 bit' },
      VirtualHardwareSection: hardware(vm, disks),
    },
  };
  return HEAD + builder.build({ Envelope: envelope });
}

function hardware(vm: ExportedVm, disks: readonly WrittenDisk[]): object {
  const items = [
    item(1, 3, { AllocationUnits: 'hertz * 10^6', ElementName: 'CPUs', VirtualQuantity: vm.cpus }),
    item(2, 4, { AllocationUnits: 'byte * 2^20', ElementName: `${vm.memoryMiB} MiB`, VirtualQuantity: vm.memoryMiB }),
    item(3, 20, { Address: 0, ElementName: 'SATA controller', ResourceSubType: 'vmware.sata.ahci' }),
    ...disks.map((_disk, i) =>
      item(10 + i, 17, {
        AddressOnParent: i,
        ElementName: `disk ${i + 1}`,
        HostResource: `ovf:/disk/disk${i + 1}`,
        Parent: 3,
      }),
    ),
    ...Array.from({ length: vm.cdroms }, (_none, i) =>
      item(
        30 + i,
        15,
        {
          AddressOnParent: disks.length + i,
          AutomaticAllocation: 'false',
          ElementName: `CD drive ${i + 1}`,
          Parent: 3,
        },
        { '@ovf:required': 'false' },
      ),
    ),
    ...vm.nics.map(({ network }, i) =>
      item(
        50 + i,
        10,
        {
          AddressOnParent: i,
          AutomaticAllocation: 'true',
          ...(network === null ? {} : { Connection: xmlText(network) }),
          ElementName: `NIC ${i + 1}`,
          ResourceSubType: NIC_SUBTYPES[vm.nicModel],
        },
        { '@atoll:model': vm.nicModel },
      ),
    ),
    ...(vm.sound === 'none'
      ? []
      : [
          item(
            90,
            35,
            { ElementName: 'sound', ResourceSubType: 'ensoniq1371' },
            { '@ovf:required': 'false', '@atoll:model': vm.sound },
          ),
        ]),
  ];
  const config = (key: string, value: string) => ({ '@ovf:required': 'false', '@vmw:key': key, '@vmw:value': value });
  return {
    Info: 'The hardware',
    System: {
      'vssd:ElementName': 'Virtual Hardware Family',
      'vssd:InstanceID': 0,
      'vssd:VirtualSystemIdentifier': fileName(vm.name),
      'vssd:VirtualSystemType': 'vmx-10',
    },
    Item: items,
    'vmw:Config': [
      config('firmware', vm.firmware === 'bios' ? 'bios' : 'efi'),
      ...(vm.firmware === 'uefi-secure' ? [config('bootOptions.efiSecureBootEnabled', 'true')] : []),
    ],
  };
}

/** A name for files on every system, from the name of a VM. */
export function fileName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'vm' : plain;
}
