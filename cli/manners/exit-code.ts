/** What the bin exits with; part of its interface, and written in its help. */
export const EXIT = {
  /** Everything is as it should be. */
  fine: 0,
  /** Problems were found, or an attempt did not end as it should. */
  problems: 1,
  /** The command line itself cannot be understood. */
  usage: 2,
  /** An edit of wrangler's configuration is left to a person: the snippet to paste was printed, nothing was written. */
  byHand: 3,
  /** Something has to happen first that the command may not do, or that takes time: it says what. Run it again. */
  waiting: 4,
  /** What is differs from what the mapping says (`plan --detailed-exitcode`, `check --remote`, `status`). */
  differs: 5,
  /** A certificate is about to expire (`check --remote`, `status`). */
  expiring: 6,
  /** Report mode lets pulls through that enforcing would refuse (`status`). */
  wouldRefuse: 7,
} as const;

/** One of the documented exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** By which a command says how it ended, where that is not by failing. */
export type EndWith = (code: ExitCode) => void;
