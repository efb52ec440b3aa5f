import { describe, expect, it } from 'vitest'
import { LAMP, simulate, started, violations, type Simulation } from '../engine/simulate.js'
import { crashing, type Crash } from './crashing.js'

/** More crashes than any of these runs has appends or requests: the last ones do not happen. */
const ENOUGH = 400

const WHERE: readonly Crash['where'][] = [
  'before the append',
  'after the append',
  'before the request',
  'after the request',
]

/** Results and locks by node. */
function ends(report: {
  nodes: Readonly<Record<string, { result: string; lock: string }>>
}): object {
  return Object.fromEntries(
    Object.entries(report.nodes).map(([node, { result, lock }]) => [
      node,
      // Whether a run changed something is the fleet's throw of a dice at another time; and which siblings of a
      // node that fails were started before that was known depends on the moment of the crash.
      [['changed', 'unchanged', 'not reached'].includes(result) ? 'no failure' : result, lock],
    ]),
  )
}

/** Crashes a run at every point of one kind; each must end as the run that did not crash, and break no promise. */
async function crashEverywhere(where: Crash['where'], simulation: Simulation): Promise<number> {
  const calm = await simulate(simulation)
  let crashes = 0
  for (let at = 1; at <= ENOUGH; at++) {
    let crashed = false
    const outcome = await simulate({
      ...simulation,
      engine: crashing({ where, at }, () => (crashed = true)),
    }).then(
      (simulated) => ({ simulated, code: null }),
      (error: { code?: string }) => ({ simulated: null, code: error.code ?? String(error) }),
    )
    if (!crashed) return crashes
    crashes++
    if (outcome.simulated === null) {
      // Before the first change there is nothing to resume, nor after the last event.
      expect(outcome.code, `${where} ${at}`).toMatch(/^resume-(untouched|journal|ended)$/)
      continue
    }
    expect(violations(outcome.simulated), `${where} ${at}`).toEqual([])
    expect(ends(outcome.simulated.report), `${where} ${at}`).toEqual(ends(calm.report))
    const runs = started(outcome.simulated.log)
    expect(new Set(runs).size, `${where} ${at}: ${runs.join()}`).toBe(runs.length)
  }
  throw new Error(`${ENOUGH} crashes were not enough`)
}

describe.each(WHERE)('a process killed %s', (where) => {
  it('is resumed and ends as if nothing had happened, each node run once', async () => {
    expect(await crashEverywhere(where, { plan: LAMP })).toBeGreaterThan(20)
  })

  it('is resumed after a failure and leaves disabled what the rule says', async () => {
    const scenario = { nodes: { dev3: [{ fault: 'failed-resources' }] } }
    expect(await crashEverywhere(where, { plan: LAMP, scenario })).toBeGreaterThan(20)
  })
})
