// What planning costs beside JSON.parse of the same text, by shape and size of the site, and how it
// grows; that a shuffled document gives the same plan. Needs a build: node tools/bench/plan.mjs
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom, shuffled } from '@choirmaster/core/testing'
import { documentText, SHAPES } from './shapes.mjs'

const SIZES = [10_000, 100_000]
/** Rounds at the largest size; a smaller one has as many more as it takes to plan as many nodes. */
const ROUNDS = 5
/** Bars: parse and plan as times of JSON.parse, MiB, exponent of growth; the first two are for `dense`. */
const MOST_TIMES = 3
const MOST_MEMORY = 700
const MOST_GROWTH = 1.15
const SEED = 1

/** @typedef {{ json: number, total: number }} Means milliseconds of a round */
/** @typedef {{ wall: number, cpu: number }} Spent milliseconds; `cpu` of all threads */
/**
 * @typedef {object} Measured
 * @property {number} nodes
 * @property {number} edges
 * @property {number} groups
 * @property {string} digest
 * @property {string} order
 * @property {number} bytes
 * @property {{ json: Spent, total: Spent }} first
 * @property {{ json: Spent, total: Spent }[]} rounds
 * @property {number} peakOfOne
 * @property {number} peak
 */

const folder = mkdtempSync(join(tmpdir(), 'choirmaster-bench-'))
try {
  process.exitCode = main() ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

function main() {
  console.log(
    `node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}; milliseconds, medians of the rounds after a first one`,
  )
  console.log(
    row(
      'shape',
      'nodes',
      'edges',
      'groups',
      'MB',
      'JSON.parse',
      'parse+plan',
      'first times',
      'times',
      'CPU times',
      'peak MiB',
      'growth',
      'JSON growth',
    ),
  )
  const broken = []
  for (const [name, shape] of Object.entries(SHAPES)) {
    /** @type {Means | undefined} */
    let smaller
    for (const nodes of SIZES) {
      const measured = measure(documentText(shape, nodes), roundsOf(nodes))
      const { json, total, times, cpuTimes } = medians(measured)
      const larger = means(measured)
      const growth = smaller && Math.log10(larger.total / smaller.total)
      const jsonGrowth = smaller && Math.log10(larger.json / smaller.json)
      smaller = larger
      console.log(
        row(
          name,
          measured.nodes,
          measured.edges,
          measured.groups,
          (measured.bytes / 1e6).toFixed(1),
          json.toFixed(0),
          total.toFixed(0),
          (measured.first.total.wall / measured.first.json.wall).toFixed(2),
          times.toFixed(2),
          cpuTimes.toFixed(2),
          `${measured.peakOfOne.toFixed(0)}/${measured.peak.toFixed(0)}`,
          growth?.toFixed(2) ?? '',
          jsonGrowth?.toFixed(2) ?? '',
        ),
      )
      if (growth !== undefined && growth > MOST_GROWTH) broken.push(`${name} grows by ${growth}`)
      if (name !== 'dense' || nodes !== SIZES.at(-1)) continue
      if (times > MOST_TIMES) broken.push(`${name} takes ${times} times as long`)
      if (measured.peak > MOST_MEMORY) broken.push(`${name} takes ${measured.peak} MiB`)
      if (!isSameShuffled(shape, nodes, measured)) broken.push(`${name} depends on the order`)
    }
  }
  console.log(
    'CPU times: the same of processor time, which other work on the machine disturbs less; ' +
      'peak MiB: after the first round / after all, in one process; growth: exponent of parse+plan ' +
      'and of JSON.parse alone, from the means of equally many nodes at both sizes',
  )
  for (const one of broken) console.log(`BROKEN: ${one}`)
  return broken.length === 0
}

/** @param {import('./shapes.mjs').Shape} shape @param {number} nodes @param {Measured} measured */
function isSameShuffled(shape, nodes, measured) {
  const random = seededRandom(SEED)
  const text = documentText(shape, nodes, (items) => shuffled(random, items))
  const other = measure(text, roundsOf(nodes))
  const same = other.order === measured.order && other.digest === measured.digest
  const { json, total, times, cpuTimes } = medians(other)
  console.log(
    `the same shuffled (seed ${SEED}): groups and digest ${same ? 'are identical' : 'DIFFER'}; ` +
      `${json.toFixed(0)} and ${total.toFixed(0)} ms, ${times.toFixed(2)} times (CPU ${cpuTimes.toFixed(2)}), ${other.peak.toFixed(0)} MiB`,
  )
  return same
}

/** @param {number} nodes */
function roundsOf(nodes) {
  return (ROUNDS * Math.max(...SIZES)) / nodes
}

/** @param {string} text @param {number} rounds @returns {Measured} */
function measure(text, rounds) {
  const file = join(folder, 'site.json')
  writeFileSync(file, text)
  const script = join(import.meta.dirname, 'plan-case.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, file, String(rounds)], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** @param {Measured} measured */
function medians({ rounds }) {
  const json = median(rounds.map((round) => round.json.wall))
  const total = median(rounds.map((round) => round.total.wall))
  const jsonCpu = median(rounds.map((round) => round.json.cpu))
  const totalCpu = median(rounds.map((round) => round.total.cpu))
  return { json, total, times: total / json, cpuTimes: totalCpu / jsonCpu }
}

/**
 * For growth: a median would leave out the rounds of a small site in which V8 collected, while each round of a
 * large one collects.
 * @param {Measured} measured
 * @returns {Means}
 */
function means({ rounds }) {
  const mean = (/** @type {(round: Measured['rounds'][number]) => number} */ part) =>
    rounds.reduce((sum, round) => sum + part(round), 0) / rounds.length
  return { json: mean((round) => round.json.wall), total: mean((round) => round.total.wall) }
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

/** @param {...(string | number)} cells */
function row(...cells) {
  return cells.map((cell) => String(cell).padStart(12)).join('')
}
