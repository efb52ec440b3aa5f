import { hostname } from 'node:os'
import type { NatsConnection } from 'nats'
import {
  type Host,
  type Journal,
  type Milliseconds,
  type Provider,
  type RunId,
  type RunStore,
  schema,
  storeError,
} from '@choirmaster/core/provide'
import { type BrokerOptions, connectOperator } from '@choirmaster/transport-nats/connect'
import type { LockHouse } from './admission.js'
import { fail } from './errors.js'
import { type HeaderDocument, JOURNAL_SCHEMA, listRuns } from './history.js'
import { journalOf } from './journal.js'
import { heldLocks, lockNodes, unlockRun } from './locks.js'
import { ANSWER_MS, logOf } from './log.js'
import { json, parsed } from './parts.js'
import { hasStream, makeStream, refuseFull } from './stream.js'
import { subjectsOf } from './subjects.js'

export interface NatsStoreOptions extends BrokerOptions {
  /** Name of the stream. */
  readonly stream?: string
  /** Copies of the stream, where the store makes it. */
  readonly replicas?: number
  /** What the broker's acknowledgement is worth. */
  readonly durability?: 'weak' | 'strong'
}

const DEFAULT_STREAM = 'CHOIRMASTER'

const text = (description: string) => ({ type: 'string', minLength: 1, description }) as const

/**
 * Store `nats`: journals, locks and history in one stream of JetStream, on the broker that the operator's Choria
 * configuration names, so that any machine can watch a run, take it over or go on with it.
 */
export const natsStore: Provider<'store', NatsStoreOptions> = {
  kind: 'store',
  name: 'nats',
  summary: 'Runs in NATS JetStream, shared by all machines of the estate',
  options: schema<NatsStoreOptions>({
    type: 'object',
    additionalProperties: false,
    properties: {
      stream: {
        type: 'string',
        pattern: '^[A-Za-z0-9_-]{1,64}$',
        default: DEFAULT_STREAM,
        description: 'Name of the stream.',
      },
      replicas: {
        type: 'integer',
        minimum: 1,
        maximum: 5,
        default: 1,
        description: 'Copies of the stream, where the store makes it.',
      },
      durability: {
        enum: ['weak', 'strong'],
        default: 'weak',
        description:
          'strong: the broker writes to disk before it acknowledges (`sync_interval: always`), or has replicas that do not fail together.',
      },
      choriaConfig: text("Choria's client configuration. Default: as the choria command finds it."),
      servers: text('Brokers, host:port, separated by commas. Default: as Choria finds them.'),
      collective: text('Collective of the operator. Default: main_collective.'),
      certname: text(
        'Name of the certificate. Default: MCOLLECTIVE_CERTNAME, else USER.mcollective.',
      ),
      ssldir: text("SSL folder in Puppet's layout. Default: that of Choria."),
    },
  }),
  async open(options, host, call) {
    return natsStoreOn(await connectOperator(options, host, call), options, host)
  },
}

/**
 * The store on a connection that is up, which it closes.
 * @param ahead by how much the broker's clock is to be believed further than it is, ms: for tests
 */
export async function natsStoreOn(
  nats: NatsConnection,
  options: NatsStoreOptions,
  host: Host,
  ahead = (): Milliseconds => 0,
): Promise<RunStore> {
  const { headers } = await import('nats')
  const { stream = DEFAULT_STREAM, replicas = 1, durability = 'weak' } = options
  const subjects = subjectsOf(stream)
  const jsm = await nats.jetstreamManager({ checkAPI: false, timeout: ANSWER_MS })
  const js = nats.jetstream({ timeout: ANSWER_MS })
  const { clock, random } = host
  const log = logOf({ nats, js, jsm, stream, clock, random, headers })
  const locks: LockHouse = {
    ...{ log, subjects, clock },
    host: hostname(),
    brokerTime: async () => ahead() + (await log.state()).now,
  }
  let there: Promise<boolean> | undefined
  /** Whether the stream is there; asked once, until it is. */
  async function exists(): Promise<boolean> {
    there ??= hasStream(log, stream, subjects, durability === 'strong')
    const found = await there.catch((error: unknown) => {
      there = undefined
      throw error
    })
    if (!found) there = undefined
    return found
  }
  async function prepare(): Promise<void> {
    if (await exists()) return
    await makeStream(jsm, stream, subjects, replicas)
    // Where somebody else made it in the same moment it may be another one.
    await exists()
  }

  return {
    durability,
    async create(header) {
      await prepare()
      refuseFull(await log.state())
      const { run } = header
      const document: HeaderDocument = { schema: JOURNAL_SCHEMA, header }
      const posted = await log.post(subjects.header(run), { data: json(document), after: 0 })
      if (!('seq' in posted)) {
        throw storeError('store-run-exists', { message: `Run ${run} exists already`, place: run })
      }
      return journalOf(log, run, subjects.journal(run))
    },
    async open(run): Promise<Journal> {
      const kept = (await exists()) ? await log.last(subjects.header(run)) : undefined
      if (kept === undefined) throw await unknownRun(run)
      const schemaOf = parsed<HeaderDocument>(kept)?.schema
      if (schemaOf !== JOURNAL_SCHEMA) {
        throw fail('store-record-damaged', {
          message: `The journal of ${run} has the format ${JSON.stringify(schemaOf)}; this version reads ${JOURNAL_SCHEMA}`,
          place: run,
        })
      }
      return journalOf(log, run, subjects.journal(run))
    },
    async *list() {
      if (await exists()) yield* await listRuns(log, subjects, host.notice.bind(host))
    },
    async lock(nodes, holder) {
      await prepare()
      return lockNodes(locks, nodes, holder)
    },
    async *locks() {
      if (await exists()) yield* heldLocks(locks)
    },
    async unlock(run) {
      await prepare()
      return unlockRun(locks, run)
    },
    close: () => nats.close(),
  }
}

async function unknownRun(run: RunId): Promise<Error> {
  const message = `The run store knows no run ${JSON.stringify(run)}`
  return storeError('store-run-unknown', { message, place: run })
}
