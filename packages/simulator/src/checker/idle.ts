import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { evidenceRead, type Asked, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'
import { judgedAt } from './judged-at.js'

/** An answer and the request that follows it are in one turn of the engine; this is for what the fleet adds. */
const TURN_MS = 1_000
/** Who was silent while nobody could be heard is asked again so much later, at most. */
const BACKOFF_MS = 60_000

/**
 * L3: in the order stream no slot is idle while a node is ready. Judged of runs that went through, as a stop leaves
 * slots idle on purpose; nodes that somebody else ran on are left out, as nobody outside knows when they were idle.
 */
export const checkIdle: Check = (judged, nodes) => {
  const { options, report, events, plan } = judged
  if (options.order !== 'stream' || report.result !== 'succeeded') return []
  if (events.some(({ type }) => type === 'resumed')) return []
  const known = plan.nodes.map((name) => slotOf(judged, nodes.get(name)))
  // Where a witness told what a node did not, nobody outside knows when it was judged and its slot free.
  if (known.some(({ done }) => done === Infinity)) return []
  const allLocked = Math.max(...known.map(({ locked }) => locked))
  const waits = known.map((slot, n) => {
    const since = Math.max(
      slot.drained,
      allLocked,
      ...producersOf(judged, n).map((p) => known[p]?.passed ?? 0),
    )
    return { ...slot, since, taken: slot.asked.find((at) => at >= since) ?? since }
  })
  return waits.flatMap(({ name, since, taken, strangers }, n): Violation[] => {
    if (strangers) return []
    const from = Math.max(since, canariesDone(judged, waits, n))
    const pieces = idleBetween(from, taken, waits, options.width)
    const idle = Math.max(
      0,
      ...without(pieces, away(judged)).map((piece) => piece.until - piece.from),
    )
    if (idle <= TURN_MS) return []
    const message = `was ready, and a slot was idle for ${Math.round(idle / 1000)} s of its wait`
    return [{ promise: 'L3', node: name, message }]
  })
}

interface Slot {
  readonly name: string
  /** When its lock was read back, when it was seen idle for good, when its evidence was read or a witness had its say. */
  readonly locked: Moment
  readonly drained: Moment
  readonly done: Moment
  /** From when on it counts as proven for others: it has no slot then, but they wait for its gate. */
  readonly passed: Moment
  /** When it was asked for its status. */
  readonly asked: readonly Moment[]
  readonly strangers: boolean
}

type Wait = Slot & { readonly taken: Moment }

function slotOf(judged: Judged, node: NodeHistory | undefined): Slot {
  const { report, options } = judged
  const { name = '', requests = [], locks = [], runs = [] } = node ?? {}
  // The log has them in the order in which they acted, and one may act long after it was sent.
  const statuses = requests
    .filter(({ action }) => action === 'status')
    .sort((a, b) => a.sent - b.sent)
  const read = (isLate: (status: Asked) => boolean, otherwise: Moment): Moment =>
    statuses.find(
      (one) => isLate(one) && one.answeredAt !== null && one.code === 0 && !layUnread(judged, one),
    )?.answeredAt ?? otherwise
  const run = requests.find(({ action }) => action === 'runonce')?.sent ?? Infinity
  const ours = locks.filter(
    ({ by, what, at }) => by === report.caller && what === 'disabled' && at < run,
  )
  const lock = ours.at(-1) ?? { at: 0, order: -1 }
  // By the order of the log: a call may take no time at all.
  const locked = read(({ acted, order }) => acted !== null && order > lock.order, lock.at)
  const settled = locked + options.limits.settle
  const evidence = node && evidenceRead(node)
  // What it cannot say is asked again, until the witness does.
  const said = evidence?.code === 0 ? evidence.answeredAt : null
  const done = judgedAt(judged, name, said ?? Infinity).at
  return {
    name,
    locked,
    drained: read(({ sent }) => sent >= settled, settled),
    done,
    passed: passedAt(judged, name, statuses, done),
    asked: statuses.map(({ sent }) => sent),
    strangers: runs.some(({ by }) => by !== report.caller),
  }
}

/** Longer than any question waits for its answer, ms: what our process read later than that it asks again. */
const UNREAD_MS = 30_000

/** Our process stood still as it came, and read it so late that nothing was done on its word. */
function layUnread({ standstills, openFor }: Judged, { sent, answeredAt }: Asked): boolean {
  const came = answeredAt ?? Infinity
  return standstills.some(
    ({ from, until }) => from <= came && came < until && until - sent > openFor + UNREAD_MS,
  )
}

/** When a node that others wait for has answered once more and passed its checks. */
function passedAt(
  { options, plan, wire }: Judged,
  name: string,
  statuses: readonly Asked[],
  done: Moment,
): Moment {
  const isAwaited = plan.edges.some((n, i) => i % 2 === 0 && plan.nodes[n] === name)
  if (options.gate === undefined || !isAwaited) return done
  const answer = statuses.find(({ sent, answered, code }) => sent >= done && answered && code === 0)
  const checks = wire.flatMap((entry) =>
    entry.what === 'check' && entry.node === name && entry.passed ? [entry.at] : [],
  )
  return Math.max(done, answer?.answeredAt ?? done, ...checks)
}

function producersOf({ plan }: Judged, n: number): number[] {
  return plan.edges.filter((_, i) => i % 2 === 0 && plan.edges[i + 1] === n)
}

/** When the canaries of a node's group were done; a canary waits for none. */
function canariesDone({ plan, options }: Judged, waits: readonly Wait[], n: number): Moment {
  const { canary = 0 } = options
  const group = plan.groups.find((one) => one.includes(n)) ?? []
  const inTurn = [...group].sort((a, b) => (waits[a]?.taken ?? 0) - (waits[b]?.taken ?? 0))
  const canaries = inTurn.slice(0, canary)
  return Math.max(0, ...canaries.filter((one) => one !== n).map((one) => waits[one]?.passed ?? 0))
}

interface Piece {
  readonly from: Moment
  readonly until: Moment
}

/** When nothing can start: our process stands still, or nobody can be heard. */
function away({ standstills, deaf = [], unsure = [] }: Judged): readonly Piece[] {
  return [...standstills, ...deaf, ...unsure].map(({ from, until }) => ({
    from,
    until: until + BACKOFF_MS,
  }))
}

/** What is left of some pieces of time when others are cut out. */
function without(pieces: readonly Piece[], cut: readonly Piece[]): readonly Piece[] {
  return cut.reduce<readonly Piece[]>(
    (left, { from, until }) =>
      left.flatMap((piece) => [
        { from: piece.from, until: Math.min(piece.until, from) },
        { from: Math.max(piece.from, until), until: piece.until },
      ]),
    pieces,
  )
}

/** The times between two moments for which fewer slots were held than there are. */
function idleBetween(from: Moment, to: Moment, waits: readonly Wait[], width: number): Piece[] {
  const inside = (at: Moment): Moment => Math.min(Math.max(at, from), to)
  const edges = waits
    .flatMap(({ taken, done }): [Moment, number][] => [
      [inside(taken), 1],
      [inside(done), -1],
    ])
    .sort((a, b) => a[0] - b[0])
  const pieces: Piece[] = []
  let held = 0
  let since = from
  for (const [at, step] of edges) {
    if (held >= width) since = at
    held += step
    // Idle in one piece from here on, or since before.
    if (held >= width) pieces.push({ from: since, until: at })
  }
  return held < width ? [...pieces, { from: since, until: to }] : pieces
}
