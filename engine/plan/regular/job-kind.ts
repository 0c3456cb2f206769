/** The job that carries *Setup networks* out. */
export const SETUP_JOB = 'hosts.setupNetworks';

/** Seconds that a host waits to be reached again, by default. */
export const CONFIRM_SECONDS = 30;
