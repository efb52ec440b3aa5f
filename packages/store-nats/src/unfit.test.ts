import type { StreamConfig } from 'nats'
import { expect, it } from 'vitest'
import { subjectsOf } from './subjects.js'
import { unfitIn } from './unfit.js'

const subjects = subjectsOf('CHOIRMASTER')
/** As nats-server gives it of a stream that the store made. */
const FIT = {
  ...{ name: 'CHOIRMASTER', subjects: [subjects.all], storage: 'file', retention: 'limits' },
  ...{ discard: 'new', allow_rollup_hdrs: true, max_age: 0, max_msgs: -1, max_bytes: -1 },
  ...{ max_msg_size: -1, max_msgs_per_subject: -1, no_ack: false, sealed: false },
} as unknown as StreamConfig

const unfit = (config: object, isStrong = false): readonly string[] =>
  unfitIn({ ...FIT, ...config }, subjects, isStrong).map(({ why, set }) => `${why}: set ${set}`)

it.each([
  ['what the store makes', {}],
  ['a limit at which the next message is refused', { max_bytes: 1e9, max_msgs: 1e6 }],
  ['what drops the old, with no limit', { discard: 'old' }],
  ['messages of 64 KiB', { max_msg_size: 65_536 }],
  ['memory, where nothing is promised', { storage: 'memory' }],
])('a stream is taken: %s', (_, config) => {
  expect(unfit(config)).toEqual([])
})

it.each([
  ['max_age', { max_age: 8e9 }, 'set max_age to 0'],
  ['max_msgs', { max_msgs: 20, discard: 'old' }, 'set discard to new'],
  ['max_bytes', { max_bytes: 20_000, discard: 'old' }, 'set discard to new'],
  ['retention', { retention: 'workqueue' }, 'set retention to limits'],
  ['retention', { retention: 'interest' }, 'set retention to limits'],
  ['no_ack', { no_ack: true }, 'set no_ack to false'],
  ['sealed', { sealed: true }, 'set up another stream'],
  ['max_msg_size', { max_msg_size: 65_535 }, 'set max_msg_size to -1, or 65536 at least'],
  ['max_msgs_per_subject', { max_msgs_per_subject: 1 }, 'set max_msgs_per_subject to -1'],
  ['rollups', { allow_rollup_hdrs: false }, 'set allow_rollup_hdrs to true'],
  ['does not keep', { subjects: ['other.>'] }, 'set subjects to choirmaster.node.>'],
])('a stream is refused that loses or does not take what is written: %s %o', (why, config, set) => {
  expect(unfit(config)).toEqual([expect.stringContaining(why)])
  expect(unfit(config)).toEqual([expect.stringContaining(set)])
})

it('a stream in memory is refused where it is said to keep what it acknowledged', () => {
  expect(unfit({ storage: 'memory' }, true)).toEqual([expect.stringContaining('kept in memory')])
})
