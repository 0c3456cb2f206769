/** A state as people read it: `powering up`, `non-operational`. */
export const spaced = (state: string): string => state.replace(/^non_/, 'non-').replaceAll('_', ' ');
