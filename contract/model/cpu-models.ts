/** QEMU's names, and `host`. Without a schema, because the command line shows them in its help. */
export const CPU_MODELS = [
  'host',
  'qemu64',
  'Nehalem',
  'SandyBridge',
  'Haswell-noTSX',
  'Skylake-Client-noTSX-IBRS',
  'EPYC',
] as const;
