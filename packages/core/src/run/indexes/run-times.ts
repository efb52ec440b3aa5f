import type { PastRuns } from '../past-runs.js'

/**
 * How long runs of Puppet take, of those that ended and those that go on: what is known of when one will end. Seconds are
 * those of a node whose runs take as long as usual.
 */
export interface RunTimes {
  /** A run that was known to go on at the age `from` was seen to go on at the age `to`; seconds. */
  wentOn(from: number, to: number): void
  /** A run that was known to go on at the age `from` took `took` seconds. */
  ended(from: number, took: number): void
  /** Part of the runs that are longer than an age. */
  longerThan(age: number): number
  /** The age at which a run that goes on at `age` has, on the average, been over for `worth` seconds. */
  overFor(age: number, worth: number): number
}

/** Ages are counted in steps of a tenth, so that a minute is known to 6 s and an hour to 6 min. */
const STEP = Math.log(1.1)
/** Below this nothing is told apart: a run that finds nothing to do takes 5 to 15 s. */
const FIRST_S = 10
/** A day, beyond which nobody waits. */
const LAST = 96
/**
 * What is believed before anything is known, with the weight of so many runs: of those that go on at any age, half end
 * before it has doubled. Few, as the first runs that end tell more.
 */
const WEIGHT = 2
const ENDS_IN_STEP = 1 - 1 / 1.1
/**
 * Past runs count for so many of this run, at each age: a site may have changed, and a second round of 50 slots then
 * knows as much as all the past.
 */
const MOST_WEIGHT = 50

/** @param past what past runs tell; this run is believed more as it goes on */
export function createRunTimes(past?: PastRuns): RunTimes {
  /** By step of age: runs that reached it, and those of them that ended in it. */
  const reached = new Float64Array(LAST + 1)
  const ends = new Float64Array(LAST + 1)
  const { endsIn, weight } = believed(past)

  /** Part of the runs that reach a step which end in it (Kaplan and Meier); none ends before the first step. */
  function part(step: number): number {
    const counts = weight[step] as number
    return (
      ((ends[step] as number) + counts * (endsIn[step] as number)) /
      ((reached[step] as number) + counts)
    )
  }

  function pass(from: number, to: number): void {
    for (let step = indexOf(from); step < indexOf(to); step++)
      reached[step] = (reached[step] ?? 0) + 1
  }

  return {
    wentOn: pass,
    ended(from, took) {
      pass(from, took)
      const step = indexOf(took)
      reached[step] = (reached[step] as number) + 1
      ends[step] = (ends[step] as number) + 1
    },
    longerThan(age) {
      let left = 1
      for (let step = 0; step < indexOf(age); step++) left *= 1 - part(step)
      return left
    },
    overFor(age, worth) {
      let at = age
      let left = 1
      let waited = 0
      for (let step = indexOf(age); step <= LAST; step++) {
        const end = startOf(step + 1)
        const width = end - startOf(step)
        const span = end - at
        const gone = left * part(step) * (span / width)
        // Those that end in the step do so evenly over it.
        const rate = gone / span
        const over = 1 - left
        const most = over * span + (gone * span) / 2
        if (waited + most >= worth) {
          const root = Math.sqrt(over * over + 2 * rate * (worth - waited))
          return at + (rate > 0 ? (root - over) / rate : (worth - waited) / over)
        }
        waited += most
        left -= gone
        at = end
      }
      return at
    },
  }
}

/** By step of age: which part of the runs is believed to end in it before this run tells, and with what weight. */
function believed(past: PastRuns | undefined): {
  readonly endsIn: Float64Array
  readonly weight: Float64Array
} {
  const endsIn = new Float64Array(LAST + 1).fill(ENDS_IN_STEP)
  const weight = new Float64Array(LAST + 1).fill(WEIGHT)
  endsIn[0] = 0
  if (past === undefined) return { endsIn, weight }
  const stands = past.runs / past.spread.length
  const ended = new Float64Array(LAST + 1)
  for (const took of past.spread) {
    const step = indexOf(took)
    ended[step] = (ended[step] as number) + stands
  }
  let goOn = past.runs
  for (let step = 0; step <= LAST; step++) {
    const ends = ended[step] as number
    endsIn[step] = (ends + WEIGHT * (endsIn[step] as number)) / (goOn + WEIGHT)
    weight[step] = Math.min(MOST_WEIGHT, WEIGHT + goOn)
    goOn = Math.max(0, goOn - ends)
  }
  return { endsIn, weight }
}

function indexOf(age: number): number {
  return age < FIRST_S ? 0 : Math.min(LAST, 1 + Math.floor(Math.log(age / FIRST_S) / STEP))
}

function startOf(step: number): number {
  return step === 0 ? 0 : FIRST_S * Math.exp((step - 1) * STEP)
}
