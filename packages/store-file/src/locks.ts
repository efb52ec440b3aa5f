import { randomUUID } from 'node:crypto'
import { appendFile, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Lease, Notice, RunHeader } from '@choirmaster/core/provide'
import { fail } from './errors.js'
import { identityOf, isGone, type ProcessIdentity } from './holder.js'
import { errnoOf, reasonOf, unusable } from './state-folder.js'

/** First line of a lock file. */
interface Lock extends ProcessIdentity {
  readonly run: string
  /** UTC, ISO 8601. */
  readonly since: string
  readonly by: string
  readonly nodes: readonly string[]
}

const ENDING = '.lock'
/** Second line: its owner has looked at all others and has the nodes. Until then it is asking. */
const HELD = 'held\n'
/** Another process that asks at the same time decides within milliseconds; one that was stopped meanwhile may never. */
const ASKING_MS = 5_000
const AGAIN_MS = 20

/**
 * Takes nodes for a run, against all processes that share the folder.
 *
 * Each holder writes a file of its own and only then reads the others', so of two that want the same node at least
 * one sees the other. Of two that are both asking the one with the smaller run id waits for the other's decision
 * and the other gives way. There is no common mutex that a killed process could leave behind, and a file is never
 * used again by another, so that the one of a dead holder can be removed without a race.
 * @throws CodedError `store-nodes-locked`, `store-lock-unreadable`, `store-unusable`
 */
export async function lockNodes(
  folder: string,
  nodes: readonly string[],
  holder: RunHeader,
  host: string,
  notice: (notice: Notice) => void,
): Promise<Lease> {
  const name = `${holder.run}.${randomUUID()}${ENDING}`
  const file = join(folder, name)
  const { run, at: since, by } = holder
  const own: Lock = { run, ...identityOf(process.pid, host), since, by, nodes }
  await publish(file, own)
  try {
    await settle(folder, name, own, notice)
    await appendFile(file, HELD)
  } catch (error) {
    await remove(file)
    throw error
  }
  return { release: () => remove(file) }
}

/** Returns when no living process holds any of the nodes. */
async function settle(
  folder: string,
  name: string,
  own: Lock,
  notice: (notice: Notice) => void,
): Promise<void> {
  const wanted = new Set(own.nodes)
  const patience = performance.now() + ASKING_MS
  for (;;) {
    let undecided = false
    for (const other of (await readdir(folder)).filter((entry) => entry.endsWith(ENDING))) {
      if (other === name) continue
      const file = join(folder, other)
      const { lock, asking } = (await readLock(file)) ?? {}
      const shared = lock?.nodes.filter((node) => wanted.has(node)) ?? []
      if (!lock || shared.length === 0) continue
      if (isGone(lock, own.host)) {
        await remove(file)
        notice({
          level: 'warning',
          code: 'store-lock-taken-over',
          message: `Run ${lock.run} of ${lock.by} held ${count(shared)}; its process ${lock.pid} is gone, so the lock is taken over`,
        })
      } else if (asking && own.run < lock.run && performance.now() < patience) {
        undecided = true
      } else {
        throw held(lock, shared, file)
      }
    }
    if (!undecided) return
    await delay(AGAIN_MS)
  }
}

function held(lock: Lock, shared: readonly string[], file: string): Error {
  return fail('store-nodes-locked', {
    message: `Run ${lock.run} of ${lock.by} holds ${count(shared)} on ${lock.host} (process ${lock.pid}) since ${lock.since}`,
    place: shared[0] ?? file,
    hint: `Wait until that run has ended, or leave out the nodes it holds with \`--exclude NODE\`. If it is over for certain and its host cannot be asked, delete ${file}.`,
  })
}

/** At most this many nodes are named. */
const NAMED = 3

function count(nodes: readonly string[]): string {
  const named = nodes.slice(0, NAMED).join(', ')
  return nodes.length > NAMED ? `${named} and ${nodes.length - NAMED} more` : named
}

/** Writes beside and renames, so that nobody ever reads a part. */
async function publish(file: string, lock: Lock): Promise<void> {
  const beside = `${file}.new`
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(lock)}\n`)
    } finally {
      await handle.close()
    }
    await rename(beside, file)
  } catch (cause) {
    await remove(beside)
    throw unusable(file, cause)
  }
}

/** @returns undefined for one that was released meanwhile */
async function readLock(file: string): Promise<{ lock: Lock; asking: boolean } | undefined> {
  let why: string
  try {
    const [first = '', second] = (await readFile(file, 'utf8')).split('\n', 2)
    const lock = JSON.parse(first) as Partial<Lock> | null
    if (isLock(lock)) return { lock, asking: `${second}\n` !== HELD }
    why = 'it is no lock'
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined
    why = cause instanceof SyntaxError ? 'it is no JSON' : reasonOf(cause)
  }
  throw fail('store-lock-unreadable', {
    message: `The lock ${file} cannot be read, so the nodes it holds are not known: ${why}`,
    place: file,
  })
}

function isLock(value: Partial<Lock> | null): value is Lock {
  return (
    typeof value?.pid === 'number' && typeof value.host === 'string' && Array.isArray(value.nodes)
  )
}

async function remove(file: string): Promise<void> {
  await unlink(file).catch((cause: unknown) => {
    if (errnoOf(cause) !== 'ENOENT') throw unusable(file, cause)
  })
}
