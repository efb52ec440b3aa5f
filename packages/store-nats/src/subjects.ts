import { type RunId, storeError } from '@choirmaster/core/provide'

/** A run id becomes a part of a subject: no dots, blanks or wildcards. */
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/

/**
 * Where the store's messages are. All are below `NAME.node`, as if they were for nodes of a collective: a Choria
 * broker lets every operator publish there, and no managed node, so that a node can forge neither lock nor journal
 * (go-choria 0.29, broker/network/choria_auth.go).
 */
export interface Subjects {
  /** What the stream keeps. */
  readonly all: string
  /** Who holds nodes: one message for all runs, which whoever wants nodes replaces. */
  readonly admission: string
  readonly headers: string
  header(run: RunId): string
  journal(run: RunId): string
  lease(run: RunId): string
  /** The nodes of one lock, which has a name of its own. */
  nodes(run: RunId, token: string): string
}

/** @param stream name of the stream */
export function subjectsOf(stream: string): Subjects {
  const root = `${stream.toLowerCase()}.node`
  const of = (kind: string, run: RunId): string => `${root}.${kind}.${checked(run)}`
  return {
    all: `${root}.>`,
    admission: `${root}.admission`,
    headers: `${root}.header.*`,
    header: (run) => of('header', run),
    journal: (run) => of('journal', run),
    lease: (run) => of('lease', run),
    nodes: (run, token) => `${of('nodes', run)}.${token}`,
  }
}

function checked(run: RunId): RunId {
  if (RUN_ID.test(run)) return run
  const message = `The run store knows no run ${JSON.stringify(run)}`
  throw storeError('store-run-unknown', { message, place: run })
}
