import type { LinkOptions } from '@tanstack/react-router';
import type { ComponentType, ReactNode } from 'react';
import type { Cluster, Host, Network, Vm } from '../../../contract';
import type { CommandResult } from '../../api/command-result';

/** The kinds of objects that actions apply to. */
export interface Objects {
  readonly vm: Vm;
  readonly network: Network;
  readonly host: Host;
  readonly cluster: Cluster;
}
export type ObjectKind = keyof Objects;

/** The props of an action's dialog. */
export interface ActionDialog {
  /** The name that opened it, one of the effect's `names`. */
  readonly name: string;
  readonly onClose: () => void;
  /** Called when the object no longer exists. */
  readonly onRemoved?: (() => void) | undefined;
}

/** The effect of choosing an action. */
export type ActionEffect<T> =
  | { readonly kind: 'go'; readonly to: (object: T) => LinkOptions }
  | {
      readonly kind: 'run';
      readonly call: (object: T) => Promise<CommandResult>;
      /** Where the result is shown, for callers that do not show it themselves. */
      readonly result: ((object: T) => LinkOptions) | null;
    }
  | {
      readonly kind: 'confirm';
      readonly words: string;
      readonly call: (object: T, dryRun: boolean) => Promise<CommandResult>;
      /** Whether the object no longer exists afterwards. */
      readonly removes: boolean;
    }
  | {
      readonly kind: 'dialog';
      /** The names of the dialog in the URL (`?do=`), the main one first. */
      readonly names: readonly [string, ...string[]];
      /** The URL that opens it. */
      readonly to: (object: T) => LinkOptions;
      readonly render: (object: T, dialog: ActionDialog) => ReactNode;
    };

/** Runs an action on many objects, each with its own command and job. */
export interface BulkEffect<T> {
  /** The confirmation text; null: no confirmation. */
  readonly words: string | null;
  /** A value to choose first. */
  readonly choose: 'network' | 'cluster' | null;
  readonly call: (object: T, chosen: string) => Promise<CommandResult>;
}

/**
 * Where an action appears for one object: as the primary button, as a button, in the overflow menu, or only in the palette and as a
 * remedy. Every action is in the palette; those that are not `search` are also in the object's context menu on the map.
 */
export type ActionPlace = 'primary' | 'bar' | 'menu' | 'search';

/** A verb for one kind of object. Every field is required; null means that the action does not have it. */
export interface Action<T> {
  /** A unique name among the actions of its kind. */
  readonly id: string;
  /** The CLI command, which the palette searches. */
  readonly command: readonly [noun: string, verb: string];
  /** The label on a button (null), or in a sentence with the object's name. */
  readonly label: (name: string | null) => string;
  readonly icon: ComponentType | null;
  /** The key that runs it on the object's page. */
  readonly shortcut: string | null;
  readonly danger: boolean;
  readonly place: (object: T) => ActionPlace;
  /** Why it is not possible now; null: it is. */
  readonly whyNot: (object: T) => string | null;
  readonly effect: ActionEffect<T>;
  readonly bulk: BulkEffect<T> | null;
}

/** Whether the action asks something first, here or in a dialog on the page that it opens; its button then ends with an ellipsis. */
export function asks<T>({ effect }: Pick<Action<T>, 'effect'>, object: T): boolean {
  if (effect.kind !== 'go') return effect.kind !== 'run';
  const { search } = effect.to(object);
  return typeof search === 'object' && (search as { do?: string }).do !== undefined;
}

/** The effect of an action on a known object where no dialog can stay open: the dialog opens by its URL. */
export type BoundEffect =
  | { readonly kind: 'go'; readonly to: LinkOptions }
  | { readonly kind: 'run'; readonly call: () => Promise<CommandResult>; readonly result: LinkOptions | null }
  | {
      readonly kind: 'confirm';
      readonly words: string;
      /** The label of the confirm button. */
      readonly submit: string;
      readonly call: (dryRun: boolean) => Promise<CommandResult>;
    };

/** An action on one object, or on none, as the palette and remedies offer it. */
export interface BoundAction {
  readonly label: string;
  readonly whyNot: string | null;
  readonly effect: BoundEffect;
}

export function bind<T extends { readonly name: string }>(action: Action<T>, object: T): BoundAction {
  return { label: action.label(object.name), whyNot: action.whyNot(object), effect: boundEffect(action, object) };
}

function boundEffect<T>({ effect, label }: Action<T>, object: T): BoundEffect {
  switch (effect.kind) {
    case 'go':
    case 'dialog':
      return { kind: 'go', to: effect.to(object) };
    case 'run':
      return { kind: 'run', call: () => effect.call(object), result: effect.result?.(object) ?? null };
    case 'confirm':
      return {
        kind: 'confirm',
        words: effect.words,
        submit: label(null),
        call: (dryRun) => effect.call(object, dryRun),
      };
  }
}

/** An effect that runs immediately, and the same for each of many objects. */
export const runs = <T>(
  call: (object: T) => Promise<CommandResult>,
): { readonly effect: ActionEffect<T>; readonly bulk: BulkEffect<T> } => ({
  effect: { kind: 'run', call, result: null },
  bulk: { words: null, choose: null, call },
});

/** An effect with confirmation, and the same for each of many objects. */
export const confirms = <T>(
  words: string,
  call: (object: T, dryRun: boolean) => Promise<CommandResult>,
  removes: boolean,
): { readonly effect: ActionEffect<T>; readonly bulk: BulkEffect<T> } => ({
  effect: { kind: 'confirm', words, call, removes },
  bulk: { words, choose: null, call: (object) => call(object, false) },
});

export const inBar = (): ActionPlace => 'bar';
export const inMenu = (): ActionPlace => 'menu';
export const inSearch = (): ActionPlace => 'search';
export const always = (): null => null;

/** A palette action that navigates to a part of an object's page, under the CLI's name for it. */
export const leads = <T>(
  command: readonly [noun: string, verb: string],
  label: Action<T>['label'],
  to: (object: T) => LinkOptions,
  whyNot: Action<T>['whyNot'] = always,
): Action<T> => ({
  id: command.join('.'),
  command,
  label,
  icon: null,
  shortcut: null,
  danger: false,
  place: inSearch,
  whyNot,
  effect: { kind: 'go', to },
  bulk: null,
});
