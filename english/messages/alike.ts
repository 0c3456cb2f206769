import type { Params } from '../../contract/messages';

const KINDS = { vm: 'VM', network: 'network' } as const;

/** A name that another of its kind is taken for. */
export const alikeText = ({ kind, name, other, by }: Params<'name.alike'>): string =>
  by === 'case'
    ? `the name of the ${KINDS[kind]} "${name}" differs from "${other}", which exists, only in upper and lower case`
    : `the name of the ${KINDS[kind]} "${name}" looks like "${other}", which exists and is spelled with letters of another script`;
