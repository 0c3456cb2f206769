/** Incremented when a client built against an older contract would no longer be compatible. */
export const CONTRACT_VERSION = 1;
