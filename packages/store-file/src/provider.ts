import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Provider, type RunId, schema } from '@choirmaster/core/provide'
import { fail } from './errors.js'
import { JOURNAL_ENDING, listRuns } from './history.js'
import { createJournal, openJournal } from './journal.js'
import { lockNodes } from './locks.js'
import { makeFolder, stateFolders } from './state-folder.js'

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
    const notice = host.notice.bind(host)
    const fileOf = (run: RunId): string => {
      if (RUN_ID.test(run)) return join(folders.runs, run + JOURNAL_ENDING)
      const message = `The run store knows no run ${JSON.stringify(run)}`
      throw fail('store-run-unknown', { message, place: run })
    }
    return {
      durability: 'strong',
      async create(header) {
        await makeFolder(folders.runs)
        return createJournal(fileOf(header.run), header)
      },
      open: async (run) => openJournal(fileOf(run), run, notice),
      async *list() {
        yield* await listRuns(folders.runs, notice)
      },
      async lock(nodes, holder) {
        await makeFolder(folders.locks)
        return lockNodes(folders.locks, nodes, holder, hostname(), notice)
      },
    }
  },
}
