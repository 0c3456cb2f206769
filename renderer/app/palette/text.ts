import { catalogue, counted } from '../../ui/language';

/** Texts of the palette; action labels are in actions/registry. */
export const text = catalogue({
  en: {
    find: 'Search or run a command',
    key: 'Ctrl K',
    found: 'Results',
    foundCount: (n: number) => counted(n, { one: 'result', other: 'results' }),
  },
});
