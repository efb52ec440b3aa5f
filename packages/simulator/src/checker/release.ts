import type { Check, Violation } from './check.js'
import { deaths } from './deaths.js'
import type { Asked, NodeHistory } from './history.js'
import type { Judged } from './judged.js'
import { releaseRule } from './release-rule.js'

/** S5, L5: whoever stays disabled, and who is enabled at the end, follows from docs/release-rule.md. */
export const checkRelease: Check = (judged, nodes) => {
  // Who is told to leave everything as it is, or has no journal any more, enables nobody.
  if (judged.wire.some((entry) => entry.what === 'refused' || isHard(entry))) return []
  const { keeps, mayKeep } = releaseRule(judged, nodes)
  const rule = `--keep-disabled ${judged.options.keepDisabled}`
  return [...nodes.values()].flatMap((node): Violation[] => {
    if (keeps.has(node.name) && isFreed(judged, node)) {
      const message = `was enabled at the end, though ${rule} keeps it disabled`
      return [{ promise: 'S5', node: node.name, message }]
    }
    if (!mayKeep.has(node.name) && isHeld(judged, node)) {
      const message = `is left disabled, though ${rule} frees it, and nobody tried to`
      return [{ promise: 'S5', node: node.name, message }]
    }
    return []
  })
}

function isHard(entry: Judged['wire'][number]): boolean {
  return entry.what === 'interrupt' && entry.level === 'hard'
}

const CHANGES: ReadonlySet<string> = new Set(['disable', 'enable', 'runonce'])

/**
 * What we changed last was that we enabled it, and it said so: for a run it would have been run, or disabled again. What a
 * store has lost may have been all that kept it.
 */
function isFreed(judged: Judged, node: NodeHistory): boolean {
  const { report, cut } = judged
  const { caller, lock_text: ours } = report
  const sent = inTurn(node)
  const last = sent.findLast(({ action }) => CHANGES.has(action))
  if (last?.action !== 'enable' || !last.answered || last.code !== 0) return false
  if (isDeafSince(judged, last)) return false
  // It was enabled for a run that was not asked for any more, and has said nothing since: nobody could disable it again.
  const end = sent.at(-1)
  if (end !== last && (end?.answered !== true || end.code !== 0)) return false
  if (cut === true && deaths(judged).some(({ resumed }) => last.sent <= resumed)) return false
  const change = node.locks.findLast(({ by }) => by === caller)
  return (
    change?.what === 'enabled' &&
    change.message === ours &&
    change.order >= last.order &&
    report.nodes[node.name]?.lock === 'released'
  )
}

/** It carries our message, answered well to the last, and since its run we sent nothing to enable it. */
function isHeld(judged: Judged, node: NodeHistory): boolean {
  if (node.finalLock !== judged.report.lock_text) return false
  const sent = inTurn(node)
  const last = sent.at(-1)
  if (last === undefined || !last.answered || last.code !== 0) return false
  // Whoever went on, or asked while nothing was delivered, may have had no answer.
  if (isDeafSince(judged, last)) return false
  if (deaths(judged).some(({ resumed }) => last.sent < resumed)) return false
  const run = sent.findLastIndex(({ action }) => action === 'runonce')
  return !sent.slice(run + 1).some(({ action }) => action === 'enable')
}

/** Nothing was delivered for a while: what was asked then is nowhere in the fleet's log. */
function isDeafSince({ deaf = [], report }: Judged, { sent }: Asked): boolean {
  const ended = Date.parse(report.ended ?? '')
  return deaf.some(({ from, until }) => from <= ended && until > sent)
}

function inTurn({ requests }: NodeHistory): readonly Asked[] {
  return [...requests].sort((a, b) => a.sent - b.sent || a.order - b.order)
}
