import type { Clock, HeldLock, Moment, Nodes } from '@choirmaster/core/provide'
import { fail } from './errors.js'
import { heldLock, type Holder, isGone, isReleased } from './lease.js'
import type { Kept, Log } from './log.js'
import { json, parsed, readText } from './parts.js'
import type { Subjects } from './subjects.js'

/** What locks are kept with. */
export interface LockHouse {
  readonly log: Log
  readonly subjects: Subjects
  readonly clock: Clock
  readonly host: string
  /** The broker's clock, ms. */
  brokerTime(): Promise<Moment>
}

/** The one message that says who holds nodes. */
interface Admission {
  readonly holders: readonly Holder[]
}

/** A lock, as it was found, with its place in the admission. */
export interface Found {
  readonly holder: Holder
  readonly held: HeldLock
  /** Number of the message on the run's lease, 0 for none, whosever it is. */
  readonly lease: number
  /** The names of its nodes are not there, so that it may hold any. */
  readonly isNameless: boolean
}

interface Admitted {
  /** Number of the message. */
  readonly seq: number
  readonly found: readonly Found[]
  /** Of the broker's clock. */
  readonly now: Moment
}

/**
 * Reads who holds nodes. A lease tells of a holder only where it is that one's: who was admitted a moment ago has not
 * written its own yet, and must not be judged by that of the holder before, who is gone. Who released its lease holds
 * nothing any more, also where it was killed before it left.
 * @throws CodedError `store-record-damaged`
 */
export async function readAdmission(house: LockHouse): Promise<Admitted> {
  const { log, subjects } = house
  for (;;) {
    const kept = await log.last(subjects.admission)
    const now = await house.brokerTime()
    const found: Found[] = []
    for (const holder of holdersIn(kept)) {
      const { run, epoch, token } = holder
      const lease = await log.last(subjects.lease(run))
      if (lease && isReleased(lease, token)) continue
      const names = namesIn(await readText(log, subjects.nodes(run, token)))
      const nodes = names ?? []
      const held = heldLock(lease, token, nodes, now) ?? admitted(holder, nodes, now)
      const isNameless = names === undefined
      found.push({ holder, held: { ...held, epoch }, lease: lease?.seq ?? 0, isNameless })
    }
    const seq = kept?.seq ?? 0
    // The names are forgotten by who has left, which replaces the admission: then this one is no more true.
    const isOld = found.some(({ isNameless }) => isNameless) && (await isReplaced(house, seq))
    if (!isOld) return { seq, found, now }
  }
}

async function isReplaced({ log, subjects }: LockHouse, seq: number): Promise<boolean> {
  return (await log.last(subjects.admission))?.seq !== seq
}

/**
 * Writes who holds nodes.
 * @param after number of the admission that it replaces
 * @returns whether that one was still the last
 */
export async function writeAdmission(
  { log, subjects }: LockHouse,
  holders: readonly Holder[],
  after: number,
): Promise<boolean> {
  const data = json({ holders } satisfies Admission)
  return 'seq' in (await log.post(subjects.admission, { data, replaces: true, after }))
}

/** Takes one holder out of the admission. @returns whether it was in it */
export async function leave(house: LockHouse, token: string): Promise<boolean> {
  for (;;) {
    const kept = await house.log.last(house.subjects.admission)
    const holders = holdersIn(kept)
    const others = holders.filter((holder) => holder.token !== token)
    if (kept === undefined || others.length === holders.length) return false
    if (await writeAdmission(house, others, kept.seq)) return true
  }
}

/** Nobody knows what a run holds whose nodes cannot be read: it may be any. */
export function nameless({ held }: Found): Error {
  const { run, gone } = held
  return fail('store-record-damaged', {
    message: `The names of the nodes that run ${run} of ${held.by} holds are not in the stream, so they may be any`,
    place: run,
    hint: gone
      ? `Its holder is gone: take its lock away with \`choirmaster unlock ${run}\`. Then find out what removed messages of the stream.`
      : 'Wait until that run has ended. Then find out what removed messages of the stream.',
  })
}

function admitted(holder: Holder, nodes: Nodes, now: Moment): HeldLock {
  const { token: _, ...who } = holder
  const gone = isGone(Date.parse(holder.since), now)
  return { ...who, heartbeat: holder.since, nodes, gone }
}

/**
 * Nobody in it, where there is none; one that cannot be read may name anybody. Who was admitted by a version that did not
 * say when counts from when this message was written; whoever replaces it keeps that.
 */
function holdersIn(kept: Kept | undefined): readonly Holder[] {
  if (kept === undefined) return []
  const holders: unknown = parsed<Partial<Admission> | null>(kept)?.holders
  if (Array.isArray(holders) && holders.every(isHolder)) {
    const since = new Date(kept.time).toISOString()
    return holders.map((holder) => ({ ...holder, since: holder.since ?? since }))
  }
  throw fail('store-record-damaged', {
    message: `Message ${kept.seq} of ${kept.subject}, which says who holds nodes, cannot be read`,
    place: `${kept.subject}:${kept.seq}`,
    hint: `Find out who wrote it (\`nats stream get\`). Once no run is going on, \`nats stream purge --subject ${kept.subject}\` lets all nodes be taken anew.`,
  })
}

function isHolder(value: unknown): value is Omit<Holder, 'since'> & Partial<Holder> {
  const { run, epoch, token, by, host, process, since } = (value ?? {}) as Record<string, unknown>
  return (
    (since === undefined || (typeof since === 'string' && !Number.isNaN(Date.parse(since)))) &&
    [run, token, by, host].every((text) => typeof text === 'string') &&
    [epoch, process].every((count) => Number.isSafeInteger(count))
  )
}

/** @returns undefined where they are not there, or not whole */
function namesIn(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  try {
    const names: unknown = JSON.parse(text)
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
  } catch {
    // Told as names that are not there.
  }
  return undefined
}
