import { executeRun, resumeRun, type ResumeInput, type RunReport } from '@choirmaster/core'
import type { Violation } from '../../src/checker/check.js'
import { simulate, violations, type Simulated, type Simulation } from '../engine/simulate.js'
import type { Trouble } from '../engine/troubles.js'
import { crashing } from '../resume/crashing.js'
import { crashOf } from './crash-of.js'
import type { Mode } from './modes.js'
import type { OwnSide } from './random-troubles.js'
import { randomCase, type RandomCase } from './random-scenario.js'

type Engine = NonNullable<Simulation['engine']>
/** How another process goes on with a run whose own was killed. */
export type GoOn = (input: ResumeInput) => Promise<RunReport>

export interface CaseResult {
  readonly seed: number
  readonly mode: Mode
  readonly case: RandomCase
  /** null: the process was killed when there was nothing to resume, before the first change or after the last event. */
  readonly simulated: Simulated | null
  readonly violations: readonly Violation[]
  /** What went wrong on our own side. */
  readonly met: ReadonlySet<Trouble>
}

/**
 * One seeded run and what the checker says of it.
 * @param engine another one than ours, such as one that is broken on purpose.
 */
export function runCase(
  seed: number,
  mode: Mode,
  engine: Engine = executeRun,
): Promise<CaseResult> {
  return judgeCase(seed, mode, randomCase(seed, mode), engine)
}

/** One that is killed, whether or not its seed says so, if it lasts long enough; `goOn` may be broken on purpose. */
export function runKilled(seed: number, mode: Mode, goOn: GoOn): Promise<CaseResult> {
  const random = randomCase(seed, mode)
  const own = { ...random.own, crash: random.own.crash ?? crashOf(seed) }
  return judgeCase(seed, mode, { ...random, own }, executeRun, goOn)
}

/** Codes of a resume that has nothing to do. */
const NOTHING_TO_RESUME = /^resume-(untouched|journal|ended)$/

/** @param random what a seed gives, or a part of it */
export async function judgeCase(
  seed: number,
  mode: Mode,
  random: RandomCase,
  engine: Engine = executeRun,
  goOn: GoOn = resumeRun,
): Promise<CaseResult> {
  const { plan, scenario, options, own, past } = random
  const met = new Set<Trouble>()
  let batches = 0
  const result = { seed, mode, case: random, met }
  try {
    const ended = await simulate({
      plan,
      scenario,
      options,
      seed,
      interrupt: own.interrupt ?? {},
      troubles: own,
      weakStore: own.crash?.lost !== undefined,
      apart: (own.crash?.apart ?? 0) * 1_000,
      ...(own.witness !== undefined && { witness: own.witness }),
      ...(past && { past }),
      // One that is broken on purpose has its own way to go on.
      engine:
        own.crash === undefined || engine !== executeRun
          ? engine
          : crashing(
              own.crash,
              () => {
                met.add(met.has('killed') ? 'killed-again' : 'killed')
                if (own.crash?.lost !== undefined) met.add('journal-cut')
                if (own.crash?.apart !== undefined) met.add('clock-apart')
              },
              goOn,
            ),
      onEvents(_events, control) {
        if (++batches === own.interruptAtBatch) control.interrupt('soft')
        if (own.loseStoreAt === undefined || control.seconds < own.loseStoreAt) return
        met.add('journal-lost')
        control.store.fail('no space left on device')
      },
    })
    const simulated = { ...ended, ...excuses(ended, met) }
    for (const trouble of simulated.met) met.add(trouble)
    for (const trouble of witnessTroubles(own)) met.add(trouble)
    return { ...result, simulated, violations: broken(simulated, mode, random.own) }
  } catch (error) {
    if (!NOTHING_TO_RESUME.test(String((error as { code?: unknown }).code))) throw error
    return { ...result, simulated: null, violations: [] }
  }
}

/** What died with a process or a store excuses nothing where the run was over before. */
function excuses(
  { cut, apart }: Simulated,
  met: ReadonlySet<Trouble>,
): Pick<Simulated, 'cut' | 'apart'> {
  return {
    cut: cut === true && met.has('journal-cut'),
    apart: met.has('clock-apart') ? (apart ?? 0) : 0,
  }
}

function witnessTroubles({ witness }: OwnSide): readonly Trouble[] {
  if (witness === undefined) return []
  return [
    'witness',
    ...(witness.away === undefined ? [] : (['witness-away'] as const)),
    ...(witness.lag === undefined ? [] : (['witness-late'] as const)),
    ...(witness.lost === undefined ? [] : (['witness-lost'] as const)),
  ]
}

function broken(simulated: Simulated, mode: Mode, own: OwnSide): readonly Violation[] {
  const { result, reason } = simulated.report
  // Of a process that may be killed only what is durable is heard: once its journal is lost that is not the whole story.
  const untold = own.crash !== undefined && own.loseStoreAt !== undefined
  const all = violations(simulated).filter(({ promise }) => !(promise === 'R1' && untold))
  if (mode !== 'liveness' || result === 'succeeded') return all
  const message = `faults that go away, but the run ended as ${result}: ${reason ?? ''}`
  return [...all, { promise: 'L2', message }]
}

/** R5: whether a seed gives the same journal twice. */
export async function isRepeatable(seed: number, engine: Engine): Promise<boolean> {
  const first = await runCase(seed, 'safety', engine)
  const second = await runCase(seed, 'safety', engine)
  return JSON.stringify(first.simulated?.events) === JSON.stringify(second.simulated?.events)
}
