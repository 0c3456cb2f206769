/** The identity of the pair of two hosts. */
export const pairKey = (one: string, other: string): { lowId: string; highId: string } =>
  one < other ? { lowId: one, highId: other } : { lowId: other, highId: one };
