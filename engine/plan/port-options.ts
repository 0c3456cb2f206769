import type { PortOption } from '../ports/port-option';

/** Options of a bridge port with their values, as they are or as they should be: the driver's own names for them. */
export const optionValues = (options: readonly PortOption[], which: 'wanted' | 'actual'): string =>
  options.map((option) => `${option.name.replaceAll('_', ' ')} ${option[which]}`).join(', ');
