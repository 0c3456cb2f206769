/** Folder of a host for what root writes, reads and runs there until the host restarts: nobody but root gets into it. */
export const ROOT_RUN = '/run/atoll-root';
