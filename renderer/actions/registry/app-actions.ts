import { linkOptions, type LinkOptions } from '@tanstack/react-router';
import { client } from '../../api/client';
import { ask, type FrameRequest } from '../requests';
import type { BoundEffect } from './action';
import { text } from './text';

/** An action without an object. */
export interface AppAction {
  /** The CLI command, which the palette searches; null: only the UI has it. */
  readonly command: string | null;
  readonly label: string;
  /** What else people type for it, if there is no command. */
  readonly synonyms?: string;
  /** Keys in sequence (`g m`) or combined (`mod+z`). */
  readonly shortcut: string | null;
  readonly effect: BoundEffect;
}

const go = (to: LinkOptions): BoundEffect => ({ kind: 'go', to });
const asks = (request: FrameRequest): BoundEffect => ({
  kind: 'run',
  call: () => {
    ask(request);
    return Promise.resolve({ job: null, preview: null });
  },
  result: null,
});
const jobs = linkOptions({ to: '/activity', search: { tab: 'jobs' } });
const create = { search: { new: true } } as const;

export const APP_ACTIONS: readonly AppAction[] = [
  {
    command: 'network add',
    label: text.app.newNetwork,
    shortcut: null,
    effect: go(linkOptions({ to: '/networks', ...create })),
  },
  { command: 'vm add', label: text.app.newVm, shortcut: null, effect: go(linkOptions({ to: '/vms', ...create })) },
  {
    command: 'vm import',
    label: text.app.importVm,
    shortcut: null,
    effect: go(linkOptions({ to: '/vms', search: { import: true } })),
  },
  {
    command: 'host add',
    label: text.app.addHost,
    shortcut: null,
    effect: go(linkOptions({ to: '/hosts', ...create })),
  },
  {
    command: 'undo',
    label: text.app.undo,
    shortcut: 'mod+z',
    // As the key does: it asks where it must, and never reaches past the last action.
    effect: asks('undo'),
  },
  {
    command: null,
    label: text.app.theme,
    synonyms: text.app.themeSynonyms,
    shortcut: null,
    effect: asks('theme'),
  },
  {
    command: null,
    label: text.app.shortcuts,
    synonyms: text.app.shortcutsSynonyms,
    shortcut: null,
    effect: asks('shortcuts'),
  },
  { command: 'map', label: text.app.map, shortcut: 'g m', effect: go(linkOptions({ to: '/' })) },
  { command: 'network list', label: text.app.networks, shortcut: 'g n', effect: go(linkOptions({ to: '/networks' })) },
  { command: 'host list', label: text.app.hosts, shortcut: 'g h', effect: go(linkOptions({ to: '/hosts' })) },
  { command: 'vm list', label: text.app.vms, shortcut: 'g v', effect: go(linkOptions({ to: '/vms' })) },
  { command: 'image list', label: text.app.images, shortcut: 'g i', effect: go(linkOptions({ to: '/images' })) },
  {
    command: 'image add',
    label: text.app.addImage,
    shortcut: null,
    effect: go(linkOptions({ to: '/images', ...create })),
  },
  { command: 'promise list', label: text.app.promises, shortcut: 'g p', effect: go(linkOptions({ to: '/promises' })) },
  {
    command: 'promise add',
    label: text.app.addPromise,
    shortcut: null,
    effect: go(linkOptions({ to: '/promises', ...create })),
  },
  { command: null, label: text.app.activity, shortcut: 'g a', effect: go(linkOptions({ to: '/activity' })) },
  { command: 'doctor', label: text.app.doctor, shortcut: 'g d', effect: go(linkOptions({ to: '/doctor' })) },
  { command: 'backup list', label: text.app.backups, shortcut: 'g b', effect: go(linkOptions({ to: '/backups' })) },
  { command: 'job list', label: text.app.jobs, shortcut: null, effect: go(jobs) },
  {
    command: 'event list',
    label: text.app.events,
    shortcut: null,
    effect: go(linkOptions({ to: '/activity', search: { tab: 'events' } })),
  },
  ...(['show', 'cancel', 'retry'] as const).map((verb): AppAction => ({
    command: `job ${verb}`,
    label: text.app.job[verb],
    shortcut: null,
    effect: go(jobs),
  })),
  { command: 'reach', label: text.app.reach, shortcut: null, effect: go(linkOptions({ to: '/' })) },
  { command: 'demo', label: text.app.demo, shortcut: null, effect: go(linkOptions({ to: '/welcome' })) },
  {
    command: 'lab list',
    label: text.app.labs,
    shortcut: null,
    effect: go(linkOptions({ to: '/hosts', search: { q: 'lab' } })),
  },
  { command: 'trash list', label: text.app.trash, shortcut: null, effect: go(linkOptions({ to: '/vms' })) },
  {
    command: 'backup',
    label: text.app.backUp,
    shortcut: null,
    effect: { kind: 'run', call: () => client.backups.make({}), result: linkOptions({ to: '/backups' }) },
  },
  {
    command: 'trash empty',
    label: text.app.emptyTrash,
    shortcut: null,
    effect: {
      kind: 'confirm',
      words: text.emptyTrashMeans,
      submit: text.app.emptyTrash,
      call: (dryRun) => client.trash.empty({ dryRun }),
    },
  },
];
