import { catalogue, number } from '../../ui/language';

/** What the box of the palette says; what its actions are called is in actions/deeds. */
export const text = catalogue({
  en: {
    find: 'Find or do anything',
    key: 'Ctrl K',
    found: 'Found',
    foundCount: (n: number) => `${number(n)} found`,
  },
});
