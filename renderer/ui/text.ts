import { catalogue, counted, number } from './language';

/** What widgets say of themselves. */
export const text = catalogue({
  en: {
    app: 'Atoll',
    cancel: 'Cancel',
    loading: 'Loading',
    filter: 'Filter',
    filterOf: (label: string) => `Filter: ${label}`,
    someOf: (some: number, all: string) => `${number(some)} of ${all}`,
    rows: (n: number) => counted(n, { one: 'row', other: 'rows' }),
    columns: 'Columns',
    columnsOf: (label: string) => `Columns: ${label}`,
    columnsMean: 'Which are shown, and in which order. Kept for you, in all of your windows.',
    columnsReset: 'As they were made',
    columnUp: (title: string) => `Move ${title} to the front`,
    columnDown: (title: string) => `Move ${title} to the back`,
    done: 'Done',
    pickAll: 'Pick all that are shown',
    pick: (name: string) => `Pick ${name}`,
    picked: (n: number) => `${number(n)} picked`,
    letGo: 'Let go',
    simulated: 'Simulated',
    simulatedMeans: 'A simulated host: nothing of this runs on a hypervisor',
    isolated: 'Isolated',
    isolatedMeans: 'Bridges without a NIC: VMs hear each other, and nothing else does',
  },
});
