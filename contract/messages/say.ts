import type { MessageType, Params } from './all';

/** Creates a message: `say('vm.added', { vm: 'web' })`. */
export const say = <T extends Exclude<MessageType, 'text'>>(
  type: T,
  params: Params<T>,
): { readonly type: T; readonly params: Params<T> } => ({ type, params });
