/** Rises when a client built against an older contract would no longer be understood. */
export const CONTRACT_VERSION = 1;
