import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Notice, type Provider, type RunId, schema } from '@choirmaster/core/provide'
import { listRuns } from './history.js'
import { createJournal, openJournal } from './journal.js'
import { heldLocks, lockNodes, unlockRun, type LockHouse } from './locks.js'
import { RECORD_LOST } from './records.js'
import { JOURNAL_ENDING, makeFolder, stateFolders } from './state-folder.js'
import { unknownRun } from './unknown-run.js'

export interface FileStoreOptions {
  /** Folder of the store; relative: to the file that named it. Default: `choirmaster` in the XDG state directory. */
  readonly dir?: string
}

/** A run id becomes a file's name: nothing that could lead out of the folder. */
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/

/**
 * Store `file`: each run is one append-only journal `runs/RUN.ndjson`, readable by its owner only. Exclusive among
 * the processes that share the folder, on one host or, over a network disk, on several.
 */
export const fileStore: Provider<'store', FileStoreOptions> = {
  kind: 'store',
  name: 'file',
  summary: 'One journal file a run, in the XDG state directory',
  options: schema<FileStoreOptions>({
    type: 'object',
    additionalProperties: false,
    properties: {
      dir: { type: 'string', minLength: 1, description: 'Folder of the store' },
    },
  }),
  async open(options, host) {
    const folders = stateFolders(options.dir, host.baseDir, process.env)
    let lost = false
    const notice = (given: Notice): void => {
      if (given.code === RECORD_LOST) lost = true
      host.notice(given)
    }
    const fileOf = async (run: RunId): Promise<string> => {
      if (RUN_ID.test(run)) return join(folders.runs, run + JOURNAL_ENDING)
      throw await unknownRun(folders.runs, run)
    }
    const locks: LockHouse = {
      folder: folders.locks,
      journalOf: (run) => join(folders.runs, run + JOURNAL_ENDING),
      host: hostname(),
      clock: host.clock,
      notice,
      told: new Set(),
    }
    return {
      // Whoever goes on with a journal without its last record looks at the nodes for what that told.
      get durability() {
        return lost ? 'weak' : 'strong'
      },
      async create(header) {
        await makeFolder(folders.runs)
        return createJournal(await fileOf(header.run), header)
      },
      open: async (run) => openJournal(await fileOf(run), run, notice),
      async *list() {
        yield* await listRuns(folders.runs, notice)
      },
      async lock(nodes, holder) {
        await fileOf(holder.run)
        await makeFolder(folders.runs)
        await makeFolder(folders.locks)
        return lockNodes(locks, nodes, holder)
      },
      locks: () => heldLocks(locks),
      async unlock(run) {
        await fileOf(run)
        return unlockRun(locks, run)
      },
    }
  },
}
