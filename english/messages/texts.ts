import type { MessageType, Params } from '../../contract/messages';

/** A text for each of these types: one that is missing does not compile. */
export type Texts<Type extends MessageType> = { readonly [T in Type]: (params: Params<T>) => string };
