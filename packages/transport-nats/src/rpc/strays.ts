import type { Host, Notice } from '@choirmaster/core/provide'

/** Messages that change no result. */
export type StrayKind =
  | 'late'
  | 'foreign'
  | 'repeated'
  | 'malformed'
  | 'corrupt'
  | 'forged'
  | 'mismatched'
  | 'wrong-agent'
  | 'denied'

interface Meaning {
  readonly code: string
  readonly level: Notice['level']
  readonly what: string
}

const MEANINGS: Readonly<Record<StrayKind, Meaning>> = {
  late: {
    code: 'transport-late-reply',
    level: 'debug',
    what: 'A reply came after its request had ended',
  },
  foreign: {
    code: 'transport-foreign-reply',
    level: 'debug',
    what: 'A reply came from a node that was not asked',
  },
  repeated: { code: 'transport-repeated-reply', level: 'debug', what: 'A node answered again' },
  malformed: {
    code: 'transport-malformed-reply',
    level: 'debug',
    what: 'A message is no reply of Choria',
  },
  corrupt: {
    code: 'transport-corrupt-reply',
    level: 'debug',
    what: 'A reply was changed on its way',
  },
  forged: {
    code: 'transport-forged-reply',
    level: 'warning',
    what: 'A reply was rejected: who sent it is not proven',
  },
  mismatched: {
    code: 'transport-mismatched-reply',
    level: 'debug',
    what: 'A reply is to another request than it came for',
  },
  'wrong-agent': {
    code: 'transport-wrong-agent-reply',
    level: 'debug',
    what: 'A reply is of another agent than was asked',
  },
  denied: {
    code: 'transport-denied-publish',
    level: 'warning',
    what: 'The broker does not let us publish',
  },
}

/** So many of a kind are told one by one, then only at each power of two: a flood of them must cost nothing. */
const TOLD_EACH = 100
/** Characters: a name in a reply may be as long as a message, and warnings go into the journal of a run. */
const LONGEST = 300

/** Counts what came in and counts for nothing. */
export interface Strays {
  add(kind: StrayKind, detail: string): void
  readonly counts: Readonly<Record<StrayKind, number>>
}

export function strays(host: Pick<Host, 'notice'>): Strays {
  const counts = Object.fromEntries(Object.keys(MEANINGS).map((kind) => [kind, 0])) as Record<
    StrayKind,
    number
  >
  return {
    counts,
    add(kind, detail) {
      const count = ++counts[kind]
      if (count > TOLD_EACH && !Number.isInteger(Math.log2(count))) return
      const { code, level, what } = MEANINGS[kind]
      const many = count > TOLD_EACH ? ` (${count} of them so far)` : ''
      const short = detail.length > LONGEST ? `${detail.slice(0, LONGEST)}…` : detail
      host.notice({ level, code, message: `${what}: ${short}${many}` })
    },
  }
}
