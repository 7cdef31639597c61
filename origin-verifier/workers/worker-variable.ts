/** The variable that makes a process a worker: the pid of its supervisor, and nothing else will do. */
export const WORKER_VARIABLE = "PULLPROOF_WORKER_OF";
