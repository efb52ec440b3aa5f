import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

export const storeFileErrors = {
  'store-unusable': {
    title: 'The folder of the run store cannot be used',
    hint: 'Give this account a writable folder with `--set store.dir=FOLDER`, or set XDG_STATE_HOME.',
    exit: 1,
  },
  'store-disk-full': {
    title: 'The disk of the run store is full',
    hint: 'Free space, or keep the runs elsewhere with `--set store.dir=FOLDER`.',
    exit: 1,
  },
  'store-write-failed': {
    title: 'The journal of a run cannot be written',
    hint: 'Look at the disk of the run store; `choirmaster enable --run RUN` frees the nodes of the run.',
    exit: 1,
  },
  'store-not-a-journal': {
    title: 'The file is no journal of a run',
    hint: 'Move the file out of the folder of runs.',
    exit: 1,
  },
  'store-journal-version': {
    title: 'The journal was written by another version of choirmaster',
    hint: 'Read it with the version of choirmaster that wrote it.',
    exit: 1,
  },
  'store-journal-damaged': {
    title: 'The journal of a run is damaged',
    hint: 'Restore the file from a backup; nodes that the run left disabled are freed by `choirmaster enable --run RUN --node NODE`.',
    exit: 1,
  },
  'store-lock-unreadable': {
    title: 'A lock file of the run store cannot be read',
    hint: 'Find out whose file it is; move it out of the folder only when that run is over.',
    exit: 3,
  },
} as const satisfies ErrorTable

export const fail = errorMaker(storeFileErrors)
