// Measures one document in a process of its own, so that its peak memory is its own too:
// node plan-case.mjs FILE ROUNDS. Prints one line of JSON.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { makePlan, parseEnvironment, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'

const ROUNDS = Number(process.argv[3])
const text = readFileSync(process.argv[2] ?? '', 'utf8')

// ajv is loaded once in the life of a process, and not part of what grows with the site.
await parseEnvironment({ environment: 'none', applications: {} })

/** @typedef {{ wall: number, cpu: number }} Spent milliseconds; `cpu` of all threads */
/** @type {{ json: Spent, total: Spent }[]} */
const rounds = []
let peakOfOne = 0
let result = {}
// The first is told apart: JSON.parse is ready at once, what is written in JavaScript is compiled as it runs.
for (let round = 0; round <= ROUNDS; round++) {
  /** @type {import('@choirmaster/core').Plan | undefined} */
  let plan
  const total = await timed(async () => {
    plan = makePlan(await parseEnvironment(JSON.parse(text)), WHOLE_SITE, sha256)
  })
  if (round === 0) peakOfOne = peak()
  if (plan !== undefined) result = summaryOf(plan)
  const json = await timed(() => JSON.parse(text))
  rounds.push({ json, total })
}
const [first, ...warm] = rounds
console.log(
  JSON.stringify({ ...result, first, rounds: warm, bytes: text.length, peakOfOne, peak: peak() }),
)

/** @param {() => unknown} work @returns {Promise<Spent>} */
async function timed(work) {
  const start = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wall: performance.now() - start, cpu: (user + system) / 1000 }
}

/** Most memory that the process ever held, in MiB. */
function peak() {
  return process.resourceUsage().maxRSS / 1024
}

/** @param {import('@choirmaster/core').Plan} plan */
function summaryOf(plan) {
  return {
    nodes: plan.nodes.length,
    edges: plan.producers.targets.length,
    groups: plan.groups.length,
    digest: plan.digest,
    order: orderOf(plan),
  }
}

/** @param {import('@choirmaster/core').Plan} plan */
function orderOf(plan) {
  const hash = createHash('sha256')
  for (const group of plan.groups) {
    hash.update(Array.from(group, (node) => plan.nodes[node]).join(' '))
    hash.update('\n')
  }
  return hash.digest('hex')
}
