import type { PortOption } from '../ports/port-option';

/** Options of a bridge port with their current or desired values, by the driver's own names. */
export const optionValues = (options: readonly PortOption[], which: 'wanted' | 'actual'): string =>
  options.map((option) => `${option.name.replaceAll('_', ' ')} ${option[which]}`).join(', ');
