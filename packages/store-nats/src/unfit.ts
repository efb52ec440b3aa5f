import type { StreamConfig } from 'nats'
import type { Subjects } from './subjects.js'

/** A setting by which a stream would lose what the store believes to be there. */
interface Unfit {
  readonly why: string
  /** What to set instead. */
  readonly set: string
}

/** The admission names all holders in one message, so that it must have room for many. */
const LEAST_MESSAGE_BYTES = 65_536

/**
 * What of a stream's configuration the store cannot live with. A lock is a message, and so is each record of a journal: a
 * stream that drops what is old, or what others have read, gives nodes to a second run, and tells a run nothing of it.
 */
export function unfitIn(
  config: StreamConfig,
  subjects: Subjects,
  isStrong: boolean,
): readonly Unfit[] {
  const { max_age: age, max_msgs: messages, max_bytes: bytes, max_msg_size: size } = config
  const { retention, storage } = config
  const dropsOld = config.discard !== 'new'
  const tests: readonly (readonly [unfit: boolean, why: string, set: string])[] = [
    [
      !config.subjects.includes(subjects.all),
      `it does not keep ${subjects.all}`,
      `subjects to ${subjects.all}`,
    ],
    [!config.allow_rollup_hdrs, 'it does not allow rollups', 'allow_rollup_hdrs to true'],
    [
      config.max_msgs_per_subject > 0,
      `it keeps only ${config.max_msgs_per_subject} messages of each subject (max_msgs_per_subject)`,
      'max_msgs_per_subject to -1',
    ],
    [age > 0, `it drops what is older than ${age / 1e9} s (max_age)`, 'max_age to 0'],
    [
      dropsOld && messages > 0,
      `it drops the oldest beyond ${messages} messages (max_msgs, discard ${config.discard})`,
      'discard to new',
    ],
    [
      dropsOld && bytes > 0,
      `it drops the oldest beyond ${bytes} bytes (max_bytes, discard ${config.discard})`,
      'discard to new',
    ],
    [
      retention !== 'limits',
      `it drops what was read or nobody wants (retention ${retention})`,
      'retention to limits, which takes a new stream',
    ],
    [config.no_ack === true, 'it acknowledges nothing (no_ack)', 'no_ack to false'],
    [config.sealed === true, 'it takes no messages any more (sealed)', 'up another stream'],
    [
      size > 0 && size < LEAST_MESSAGE_BYTES,
      `it takes no messages larger than ${size} bytes (max_msg_size)`,
      `max_msg_size to -1, or ${LEAST_MESSAGE_BYTES} at least`,
    ],
    [
      isStrong && storage !== 'file',
      `it is kept in ${storage}, which a crash of the broker empties, while \`durability\` is said to be strong`,
      'storage to file, which takes a new stream, or `store.durability` to weak',
    ],
  ]
  return tests.flatMap(([unfit, why, set]) => (unfit ? [{ why, set }] : []))
}
