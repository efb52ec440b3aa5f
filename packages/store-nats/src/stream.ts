import type { JetStreamManager, StreamConfig } from 'nats'
import { isCodedError, messageOf } from '@choirmaster/core/provide'
import { apiCode, full, isSilence } from './answers.js'
import { fail } from './errors.js'
import type { Log, StreamState } from './log.js'
import type { Subjects } from './subjects.js'
import { unfitIn } from './unfit.js'

const STREAM_NOT_FOUND = 10059
const NAME_IN_USE = 10058

/**
 * What the store needs of its stream; `docs/stores.md` has it as a command. Nothing is dropped by itself: where a
 * limit is reached the next run is refused, rather than the lock of another one forgotten.
 */
function configOf(stream: string, subjects: Subjects, replicas: number): Partial<StreamConfig> {
  return {
    name: stream,
    subjects: [subjects.all],
    storage: 'file' as StreamConfig['storage'],
    retention: 'limits' as StreamConfig['retention'],
    discard: 'new' as StreamConfig['discard'],
    num_replicas: replicas,
    allow_rollup_hdrs: true,
    deny_purge: false,
    description: 'Runs of choirmaster: journals, locks, history',
  }
}

/**
 * Whether the stream is there, and is what the store needs.
 * @param isStrong whether it is said that what it acknowledged is never lost
 * @throws CodedError `store-no-streams`, `store-stream-unfit`, `store-broker-old`
 */
export async function hasStream(
  log: Log,
  stream: string,
  subjects: Subjects,
  isStrong: boolean,
): Promise<boolean> {
  try {
    const { config } = await log.ask()
    const unfit = unfitIn(config, subjects, isStrong)
    if (unfit.length === 0) return true
    const message = `The stream ${stream} cannot be used: ${unfit.map(({ why }) => why).join('; ')}`
    const hint = `Set ${unfit.map(({ set }) => set).join(', ')} (\`nats stream edit ${stream}\`; docs/stores.md has the whole configuration), or name another stream with \`--set store.stream=NAME\`.`
    throw fail('store-stream-unfit', { message, hint, place: stream })
  } catch (error) {
    if (isCodedError(error)) throw error
    if (apiCode(error) === STREAM_NOT_FOUND) return false
    throw noStreams(error)
  }
}

/** A run needs more than what is left of a stream beyond this: its own end and that of others must still fit. */
const NEARLY_FULL = 0.9

/** Refuses a new run early, so that those that go on can still be ended, released and unlocked. @throws `store-full` */
export function refuseFull({ config, bytes, messages }: StreamState): void {
  const limits = [
    [bytes, config.max_bytes, 'bytes'],
    [messages, config.max_msgs, 'messages'],
  ] as const
  for (const [held, most, what] of limits) {
    if (most <= 0 || held < most * NEARLY_FULL) continue
    throw full(config.name, `it holds ${held} of at most ${most} ${what}, and no run begins there`)
  }
}

/** Makes the stream. @throws CodedError `store-no-streams`, `store-stream-missing` */
export async function makeStream(
  jsm: JetStreamManager,
  stream: string,
  subjects: Subjects,
  replicas: number,
): Promise<void> {
  try {
    await jsm.streams.add(configOf(stream, subjects, replicas))
  } catch (error) {
    // Somebody else made it in the same moment.
    if (apiCode(error) === NAME_IN_USE) return
    const reason = messageOf(error)
    throw fail('store-stream-missing', {
      message: `The stream ${stream} of the run store is not there, and cannot be made: ${reason}`,
      place: stream,
      cause: error,
    })
  }
}

function noStreams(error: unknown): Error {
  const reason = isSilence(error)
    ? 'JetStream does not answer'
    : error instanceof Error
      ? error.message
      : String(error)
  return fail('store-no-streams', {
    message: `The broker offers no streams: ${reason}`,
    cause: error,
  })
}
