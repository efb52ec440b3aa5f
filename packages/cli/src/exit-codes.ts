/** One row of the table of exit codes; `docs/exit-codes.md` holds the same rows. */
export interface ExitCode {
  readonly code: 0 | 1 | 3 | 5 | 7
  readonly meaning: string
}

/** All exit codes. Never 2, 4 or 6: wrappers of `puppet agent --detailed-exitcodes` read those as Puppet's. */
export const EXIT_CODES: readonly ExitCode[] = [
  { code: 0, meaning: 'Done; of a run: every node is proven, changed or unchanged.' },
  {
    code: 1,
    meaning:
      'The command line, the configuration or an input cannot be used, or choirmaster has a bug.',
  },
  {
    code: 3,
    meaning:
      'Understood and refused, no node was touched: a node is not ready, another run holds it, the site has changed since it was planned, not confirmed, or nothing to do that was asked for.',
  },
  {
    code: 5,
    meaning:
      'Not every node is proven, or the run was cancelled or its time (`--until`) came; every node that was disabled is enabled again. Of a request: not every node answered well.',
  },
  { code: 7, meaning: 'Nodes were left disabled, or it is not known whether they are.' },
]

export const EXIT_DONE = 0
/** Our bug, and all that is no coded error. */
export const EXIT_UNUSABLE = 1
/** Not every node answered, or not well. */
export const EXIT_NOT_ALL = 5
export const EXIT_LEFT_DISABLED = 7
