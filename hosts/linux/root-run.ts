/** The folder of a host for what root writes, reads and runs until the host restarts: only root has access. */
export const ROOT_RUN = '/run/atoll-root';
