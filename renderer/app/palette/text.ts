import { catalogue, counted } from '../../ui/language';

/** What the box of the palette says; what its actions are called is in actions/deeds. */
export const text = catalogue({
  en: {
    find: 'Search or run a command',
    key: 'Ctrl K',
    found: 'Results',
    foundCount: (n: number) => counted(n, { one: 'result', other: 'results' }),
  },
});
