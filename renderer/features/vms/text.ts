/** What the VM screens say. */
export const text = {
  title: 'Virtual machines',
  create: 'New VM',
  emptyTitle: 'No virtual machine yet',
  empty: 'The tiny guest boots in seconds and needs no image: enough to see two VMs talk.',
  noMatch: 'No VM fits the filter.',
  boots: {
    tiny: 'Tiny guest (a few MB, no disk)',
    image: 'An image of this home',
    disk: 'A disk on the host',
    iso: 'An ISO file on the host',
    kernel: 'A kernel and initrd on the host',
  },
  newNetwork: 'A new isolated network…',
  noNetwork: 'No network',
  unplugMeans: 'The device leaves the VM; its settings stay.',
  noForwards: 'No port of this computer leads here.',
  forwardMeans: 'A port of 127.0.0.1 on this computer leads to the VM. No other computer can reach it.',
  anyPort: 'Left empty: any free one.',
  removeForward: 'The port leads nowhere any more; what is connected by it is cut off.',
  removeVnic: 'The vNIC goes for good, with its MAC address.',
} as const;
