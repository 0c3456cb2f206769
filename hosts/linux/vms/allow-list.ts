/**
 * The parts of a VM's definition that move to another host without asking: an allow-list. It names elements and attributes that
 * describe the machine as the guest sees it. Anything that refers to a resource of a host (a path, a device, a network, a program)
 * is not in it, nor is anything that a future libvirt may add.
 */

/** An element with its attributes, its children and its text; anything not listed is not allowed. */
export interface Rule {
  readonly attributes: Readonly<Record<string, RegExp>>;
  readonly children: Readonly<Record<string, Rule>>;
  readonly text: RegExp | null;
}

/** Words, numbers and lists of them. No slash: nothing that could be a path. */
const WORDS = /^[\w.,:^+ -]{0,200}$/;
const NUMBER = /^\s*\d{1,20}\s*$/;
/** An absolute path; whether its file moves too is decided separately. */
const PATH = /^\/[^\u0000-\u001f]{1,1000}$/;
/** User-written text. */
const PROSE = /^[^\u0000-\u0008\u000b-\u001f\u007f]{0,4000}$/;
const ON_OFF = /^(on|off|yes|no)$/;

/** `attributes`: names whose values are plain words; `more` defines the values of others. */
function rule(attributes = '', children: Record<string, Rule> = {}, more: Record<string, RegExp> = {}): Rule {
  const names = attributes.split(' ').filter(Boolean);
  return { attributes: { ...Object.fromEntries(names.map((name) => [name, WORDS])), ...more }, children, text: null };
}
const leaf = (text: RegExp, attributes = ''): Rule => ({ ...rule(attributes), text });
const one = (names: string, of: Rule): Record<string, Rule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, of]));

const STATE = rule('state');
const ADDRESS = rule('type domain bus slot function multifunction controller target unit port base iobase irq');
const DEVICE = { address: ADDRESS, alias: rule('name') };
const BOOT = { boot: rule('order') };

/** Children of `<domain>`. */
export const DOMAIN: Readonly<Record<string, Rule>> = {
  ...one('name uuid genid title description', leaf(PROSE)),
  ...one('memory currentMemory', leaf(NUMBER, 'unit')),
  maxMemory: leaf(NUMBER, 'unit slots'),
  vcpu: leaf(NUMBER, 'placement cpuset current'),
  vcpus: rule('', { vcpu: rule('id enabled hotpluggable order') }),
  iothreads: leaf(NUMBER),
  memtune: rule('', one('hard_limit soft_limit swap_hard_limit min_guarantee', leaf(NUMBER, 'unit'))),
  blkiotune: rule('', { weight: leaf(NUMBER) }),
  cputune: rule('', {
    ...one(
      'shares period quota global_period global_quota emulator_period emulator_quota iothread_period iothread_quota',
      leaf(/^\s*-?\d{1,20}\s*$/),
    ),
    ...one('vcpupin emulatorpin iothreadpin', rule('vcpu iothread cpuset')),
  }),
  numatune: rule('', { memory: rule('mode nodeset placement'), memnode: rule('cellid mode nodeset') }),
  memoryBacking: rule('', {
    hugepages: rule('', { page: rule('size unit nodeset') }),
    nosharepages: rule(),
    access: rule('mode'),
    source: rule('type'),
    allocation: rule('mode threads'),
    discard: rule(),
  }),
  cpu: rule('mode match check migratable', {
    model: leaf(WORDS, 'fallback vendor_id'),
    vendor: leaf(WORDS),
    topology: rule('sockets dies clusters cores threads'),
    feature: rule('policy name'),
    cache: rule('level mode'),
    maxphysaddr: rule('mode bits limit'),
    numa: rule('', { cell: rule('id cpus memory unit memAccess discard') }),
  }),
  clock: {
    ...rule(
      'offset adjustment basis',
      {
        timer: rule('name track tickpolicy frequency mode present', { catchup: rule('threshold slew limit') }),
      },
      { timezone: /^[\w+-]+(\/[\w+-]+)*$/ },
    ),
  },
  ...one('on_poweroff on_reboot on_crash', leaf(/^(destroy|restart|preserve|rename-restart)$/)),
  pm: rule('', one('suspend-to-mem suspend-to-disk', rule('enabled'))),
  sysinfo: rule('', one('bios system baseBoard chassis', rule('', { entry: leaf(PROSE, 'name') })), {
    type: /^smbios$/,
  }),
  resource: rule('', { partition: leaf(/^\/machine$/) }),
};

/** Folders in which hosts store guest firmware. */
const FIRMWARE =
  /^\/usr\/share\/(OVMF|edk2|edk2-ovmf|AAVMF|qemu|qemu-kvm|qemu-efi|qemu-efi-aarch64|seabios|ovmf)(\/[\w+-][\w.+-]*)+$/;

/** Children of `<os>`. The boot source of an Atoll VM comes from the database. */
export const OS: Readonly<Record<string, Rule>> = {
  type: leaf(WORDS, 'arch machine'),
  loader: leaf(FIRMWARE, 'readonly secure type stateless'),
  nvram: { ...rule('', {}, { template: FIRMWARE }), text: PATH },
  boot: rule('dev'),
  bootmenu: rule('enable timeout'),
  bios: rule('useserial rebootTimeout'),
  smbios: rule('', {}, { mode: /^(emulate|sysinfo)$/ }),
  firmware: rule('', { feature: rule('enabled name') }),
};

const HYPERV =
  'relaxed vapic spinlocks vpindex runtime synic stimer reset vendor_id frequencies reenlightenment tlbflush ipi evmcs avic';

/** Children of `<features>`. */
export const FEATURES: Readonly<Record<string, Rule>> = {
  ...one('acpi apic pae viridian privnet', rule('eoi')),
  ...one('hap pmu pvspinlock vmport vmcoreinfo', STATE),
  smm: rule('state', { tseg: leaf(NUMBER, 'unit') }),
  ioapic: rule('driver'),
  kvm: rule('', one('hidden hint-dedicated poll-control pv-ipi', STATE)),
  hyperv: rule('mode', one(HYPERV, rule('state retries value', { direct: STATE, extended: STATE }))),
};

const THROTTLE =
  'total_bytes_sec read_bytes_sec write_bytes_sec total_iops_sec read_iops_sec write_iops_sec total_bytes_sec_max read_bytes_sec_max write_bytes_sec_max total_iops_sec_max read_iops_sec_max write_iops_sec_max size_iops_sec total_bytes_sec_max_length read_bytes_sec_max_length write_bytes_sec_max_length total_iops_sec_max_length read_iops_sec_max_length write_iops_sec_max_length';

const DISK = rule(
  'device model snapshot',
  {
    driver: rule(
      'cache error_policy rerror_policy io ioeventfd event_idx copy_on_read discard detect_zeroes iothread queues queue_size packed discard_no_unref',
      {},
      { name: /^qemu$/, type: /^(qcow2|raw)$/ },
    ),
    source: rule('index startupPolicy', {}, { file: PATH }),
    backingStore: rule(),
    target: rule('dev bus tray removable rotation_rate'),
    iotune: rule('', one(THROTTLE, leaf(NUMBER))),
    blockio: rule('logical_block_size physical_block_size discard_granularity'),
    geometry: rule('cyls heads secs trans'),
    ...one('serial wwn vendor product', leaf(WORDS)),
    readonly: rule(),
    shareable: rule(),
    ...BOOT,
    ...DEVICE,
  },
  { type: /^file$/, rawio: /^no$/ },
);

/** A disk of Atoll's. It can have a base image, which on the other host comes from the database. */
export const OWN_DISK: Rule = {
  ...DISK,
  children: {
    ...DISK.children,
    backingStore: rule(
      'index',
      { format: rule('type'), source: rule('index', {}, { file: PATH }), backingStore: rule() },
      { type: /^file$/ },
    ),
  },
};

const LOCAL = /^(127\.0\.0\.1|::1|localhost)$/;
/** A display that only local users of the host can reach, on a port that libvirt chooses. */
const GRAPHICS_OPTIONS = one(
  'image jpeg zlib playback streaming clipboard mouse filetransfer',
  rule('compression mode copypaste enable'),
);
const GRAPHICS = rule(
  'keymap sharePolicy defaultMode',
  { listen: rule('', {}, { type: /^(address|none)$/, address: LOCAL }), ...GRAPHICS_OPTIONS, ...DEVICE },
  { type: /^(vnc|spice)$/, autoport: /^yes$/, port: /^-1$/, tlsPort: /^-1$/, listen: LOCAL },
);
/** A serial device that ends in a pseudo terminal of the host's, or nowhere. */
const TERMINAL = rule(
  '',
  { target: rule('type port name', { model: rule('name') }), protocol: rule('type'), ...DEVICE },
  { type: /^(pty|null)$/ },
);

/** Children of `<devices>`. */
export const DEVICES: Readonly<Record<string, Rule>> = {
  disk: DISK,
  controller: rule('type index model ports vectors maxGrantFrames maxEventChannels', {
    master: rule('startport'),
    model: rule('name'),
    target: rule('chassisNr chassis port busNr index hotplug memReserve', { node: leaf(NUMBER) }),
    driver: rule('queues cmd_per_lun max_sectors ioeventfd iothread packed'),
    ...DEVICE,
  }),
  /** Of a vNIC of Atoll's; its network comes from the database. */
  interface: rule('type', {
    mac: rule('address type'),
    source: rule('bridge'),
    model: rule('type'),
    mtu: rule('size'),
    link: rule('state'),
    coalesce: rule('', { rx: rule('', { frames: rule('max') }) }),
    driver: rule('name txmode ioeventfd event_idx queues rx_queue_size tx_queue_size rss packed', {
      ...one('host guest', rule('csum gso tso4 tso6 ecn ufo mrg_rxbuf')),
    }),
    rom: rule('bar enabled'),
    ...BOOT,
    ...DEVICE,
  }),
  ...one('serial console parallel', TERMINAL),
  /** The line to a guest agent, whose socket libvirt chooses. */
  channel: rule(
    '',
    { target: rule('', {}, { type: /^virtio$/, name: /^org\.qemu\.guest_agent\.0$/ }), ...DEVICE },
    { type: /^unix$/ },
  ),
  input: rule(
    '',
    { driver: rule('packed'), ...DEVICE },
    { type: /^(tablet|mouse|keyboard)$/, bus: WORDS, model: WORDS },
  ),
  graphics: GRAPHICS,
  video: rule('', {
    driver: rule('vgaconf packed'),
    model: rule('type ram vram vram64 vgamem heads primary edid', {
      resolution: rule('x y'),
      acceleration: rule('accel3d accel2d'),
    }),
    ...DEVICE,
  }),
  sound: rule('model streams', { codec: rule('type'), audio: rule('id'), ...DEVICE }),
  audio: rule('id', {}, { type: /^(none|spice)$/ }),
  watchdog: rule('model', DEVICE, { action: /^(reset|shutdown|poweroff|pause|none|inject-nmi)$/ }),
  memballoon: rule('model autodeflate freePageReporting', { stats: rule('period'), driver: rule('packed'), ...DEVICE }),
  rng: rule('model', {
    rate: rule('bytes period'),
    backend: { ...rule('', {}, { model: /^(random|builtin)$/ }), text: /^\s*(\/dev\/(u?random|hwrng))?\s*$/ },
    driver: rule('packed'),
    ...DEVICE,
  }),
  panic: rule('model', DEVICE),
  hub: rule('type', DEVICE),
  iommu: rule('model', {
    driver: rule('intremap caching_mode eim iotlb aw_bits', {}, { passthrough: ON_OFF }),
    ...DEVICE,
  }),
  memory: rule(
    '',
    { target: rule('', { size: leaf(NUMBER, 'unit'), node: leaf(NUMBER) }), ...DEVICE },
    { model: /^dimm$/ },
  ),
};

/** Children of `<metadata>` that only describe the guest's system. */
export const LIBOSINFO = 'http://libosinfo.org/xmlns/libvirt/domain/1.0';
export const OSINFO: Rule = rule('', { os: rule('', {}, { id: /^https?:\/\/[\w./-]{1,200}$/ }) });
