/** What past runs tell of how long the runs of a plan will take; made once before the run, and kept in its first event. */
export interface PastRuns {
  /** So many runs of Puppet tell it. */
  readonly runs: number
  /**
   * How long they took, whole seconds, ascending: at most 100 of them, evenly spread over all. Of a node that is expected
   * to take twice as long as usual each counts as half as long.
   */
  readonly spread: readonly number[]
  /** By number of the node in the plan: whole seconds that its run is expected to take; null: it has no past. */
  readonly nodes: readonly (number | null)[]
}

/** Of 100 the two longest still tell of a tail of 2 %; more would be bytes in each journal. */
const MOST_SPREAD = 100

/**
 * @param times by node of the plan: how long its past runs took from the request to the end, seconds
 * @param before what was known before these, for nodes that have none of them
 * @returns undefined where no run is known
 */
export function pastRunsOf(
  times: readonly (readonly number[])[],
  before?: PastRuns,
): PastRuns | undefined {
  const all = Float64Array.from(times.flat(), wholeSeconds).sort()
  const runs = all.length + (before?.runs ?? 0)
  if (runs === 0) return undefined
  const expect = expectation(times, medianOf(all))
  const nodes = times.map(
    (own, n) => (own.length === 0 ? before?.nodes[n] : wholeSeconds(expect(own))) ?? null,
  )
  const usual = usualOf(nodes)
  // Held against what the node's other runs tell, as the next run will be: its own would make it look less of a surprise.
  const alike = times.flatMap((own) =>
    own.map((one, i) => (one / expect(own.toSpliced(i, 1))) * usual),
  )
  const spread = spreadOf(Float64Array.from(alike, wholeSeconds).sort(), MOST_SPREAD)
  return {
    runs,
    spread: before === undefined ? spread : merged(spread, all.length, before),
    nodes,
  }
}

/**
 * A node is asked as if it took a quarter to four times as long as usual: past runs of an hour, such as those of an upgrade,
 * must not leave it unasked for long when it takes a minute now.
 */
const MOST_APART = 4

/** What is expected of each node, by number. */
export interface Expected {
  /** Seconds that its run takes: to weigh paths. */
  readonly seconds: readonly number[]
  /** How long it takes against what is usual: to know when to ask. */
  readonly factors: readonly number[]
}

/** A node without a past is taken for the median of the others. */
export function expectedBy({ nodes }: PastRuns): Expected {
  const usual = usualOf(nodes)
  const seconds = nodes.map((one) => one ?? usual)
  const factors = seconds.map((one) => Math.min(MOST_APART, Math.max(1 / MOST_APART, one / usual)))
  return { seconds, factors }
}

/** The median of those that are known. */
function usualOf(nodes: PastRuns['nodes']): number {
  return medianOf(Float64Array.from(nodes.filter((one) => one !== null)).sort()) || 1
}

/** A day, beyond which nobody waits: what a node says of itself may be any number. */
const MOST_S = 86_400

/** A run of less than a second is one too: a path of many is longer than one of few. */
function wholeSeconds(seconds: number): number {
  return Math.min(MOST_S, Math.max(1, Math.round(seconds)))
}

function medianOf(sorted: Float64Array): number {
  return sorted[sorted.length >> 1] ?? 0
}

function spreadOf(sorted: Float64Array, most: number): number[] {
  const count = Math.min(most, sorted.length)
  const at = (i: number): number => Math.floor(((i + 0.5) * sorted.length) / count)
  return Array.from({ length: count }, (_, i) => sorted[at(i)] ?? 0)
}

/** One spread of both, each with as many places as it stands for runs. */
function merged(spread: readonly number[], runs: number, before: PastRuns): number[] {
  const places = Math.round((MOST_SPREAD * runs) / (runs + before.runs))
  return [
    ...spreadOf(Float64Array.from(spread), places),
    ...spreadOf(Float64Array.from(before.spread), MOST_SPREAD - places),
  ].sort((a, b) => a - b)
}

/**
 * What the next run of a node is expected to take, seconds, by its past ones. The runs of one node differ too, so what sets
 * a node apart is believed as far as its own runs agree more with each other than with those of others (James and Stein):
 * where nodes do not differ lastingly, all are expected to take the median. On a scale of logarithms, as run times are
 * about log-normal.
 */
function expectation(
  times: readonly (readonly number[])[],
  median: number,
): (own: readonly number[]) => number {
  const usual = Math.log(median)
  const { within, between } = variances(times, usual)
  return (own) => {
    if (own.length === 0 || between === 0) return median
    const believed = between / (between + within / own.length)
    return Math.exp(usual + believed * (meanLog(own) - usual))
  }
}

/** How much the runs of one node differ, and how much nodes do. */
function variances(
  times: readonly (readonly number[])[],
  usual: number,
): { readonly within: number; readonly between: number } {
  let [known, repeated, own, apart, share] = [0, 0, 0, 0, 0]
  for (const runs of times) {
    if (runs.length === 0) continue
    const mean = meanLog(runs)
    known++
    repeated += runs.length - 1
    apart += (mean - usual) ** 2
    share += 1 / runs.length
    for (const one of runs) own += (Math.log(wholeSeconds(one)) - mean) ** 2
  }
  if (known === 0) return { within: 0, between: 0 }
  // One run of each tells nothing of the two apart: half is taken for each.
  if (repeated === 0) return { within: apart / known / 2, between: apart / known / 2 }
  const within = own / repeated
  return { within, between: Math.max(0, (apart - within * share) / known) }
}

function meanLog(seconds: readonly number[]): number {
  return seconds.reduce((sum, one) => sum + Math.log(wholeSeconds(one)), 0) / seconds.length
}
