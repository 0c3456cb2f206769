/** The kernel's modes by oVirt's numbers (Documentation/networking/bonding.rst). */
export const BOND_MODES = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
] as const;

/** What oVirt calls the modes in a bond's options, and its clients compare with. */
export const BOND_MODE_TYPES: Readonly<Record<number, string>> = {
  1: 'Active-Backup',
  2: 'Load balance (balance-xor)',
  4: 'Dynamic link aggregation (802.3ad)',
};
