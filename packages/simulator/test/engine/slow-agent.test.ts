import {
  executeRun,
  reportFromEvents,
  type ChangeAnswer,
  type NodeAgent,
  type RunInput,
} from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { simulate } from './simulate.js'

/** By default an agent gives up after 20 s; it may be told to wait for a minute. */
const SLOW_S = 30
/** Some twenty answers, one after the other. */
const PATIENCE_S = 20 * SLOW_S

/**
 * Each node's word on itself comes late.
 * @param isSlow whether it does already
 */
function slow(
  { agent, clock }: RunInput,
  seconds: number,
  isSlow = (): boolean => true,
): NodeAgent {
  const never = new AbortController().signal
  return {
    ...agent,
    async *status(nodes, call) {
      for await (const outcome of agent.status(nodes, call)) {
        if (isSlow()) await clock.sleepUntil(clock.now() + seconds * 1000, never)
        yield outcome
      }
    },
  }
}

const isSilent = ({ silent }: ChangeAnswer): boolean => silent === true

describe('an agent whose nodes take longer to answer than agents wait by default', () => {
  it.each([21, 23, SLOW_S])('succeeds when each answer takes %i s (L1, R1)', async (seconds) => {
    const simulated = await simulate({
      plan: runPlan([['a']]),
      scenario: { defaults: { run: 5, changes: 1 } },
      interrupt: { hard: PATIENCE_S },
      engine: (input) => executeRun({ ...input, agent: slow(input, seconds) }),
    })
    expect(reportFromEvents(simulated.events)).toEqual(simulated.report)
    expect(simulated.report).toMatchObject({ result: 'succeeded', nodes: { a: { attempts: 1 } } })
  })

  /** Slow from when b is enabled for its run, of which the reply is lost. */
  const enabling = async (soft: boolean): Promise<{ result: string; seconds: number }> => {
    let isSlow = false
    let since = 0
    const { report, seconds, events } = await simulate({
      plan: runPlan([['a', 'b']]),
      scenario: {
        defaults: { run: 5, changes: 1 },
        nodes: { b: [{ fault: 'lost-reply', actions: ['enable'], times: 1 }] },
      },
      options: { width: 2 },
      interrupt: { hard: 2 * PATIENCE_S },
      onEvents(batch, control) {
        for (const event of batch) {
          if (event.type === 'intent' && event.change === 'enable' && event.purpose === 'start') {
            isSlow = true
            since = control.seconds
          } else if (soft && isSlow && event.type === 'answered' && event.nodes.some(isSilent)) {
            control.interrupt('soft')
          }
        }
      },
      engine: (input) => executeRun({ ...input, agent: slow(input, SLOW_S, () => isSlow) }),
    })
    expect(reportFromEvents(events)).toEqual(report)
    return { result: report.result, seconds: seconds - since }
  }

  it('succeeds when the reply to enable was lost (L1, R1)', async () => {
    const { result, seconds } = await enabling(false)
    expect(result).toBe('succeeded')
    expect(seconds).toBeLessThan(PATIENCE_S)
  })

  it('ends at a soft interrupt meanwhile (L5)', async () => {
    const { result, seconds } = await enabling(true)
    expect(result).toBe('cancelled')
    expect(seconds).toBeLessThan(PATIENCE_S)
  })
})
