// What CPU time it costs to read and plan a large site from PuppetDB, over real HTTPS on loopback, beside JSON.parse of
// the same bytes in the same process. Needs a build: node tools/bench/puppetdb.mjs
import { execFile, fork } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const NODES = 10_000
const COMPONENTS = 50_000
/** Bars: source to plan as times of JSON.parse; MiB. */
const MOST_TIMES = 3
const MOST_MEMORY = 300

const at = (/** @type {string} */ name) => join(import.meta.dirname, name)
const server = fork(at('puppetdb-server.mjs'), [`${NODES}`, `${COMPONENTS}`], { silent: true })
try {
  const port = await new Promise((resolve, reject) => {
    server.stdout?.once('data', (data) => resolve(String(data).trim()))
    server.stderr?.once('data', (data) => reject(new Error(String(data))))
  })
  const { stdout } = await promisify(execFile)(process.execPath, [at('puppetdb-case.mjs'), port])
  const { rounds, nodes, edges, groups, bytes, peakOfOne, peak } = JSON.parse(stdout)
  const of = (/** @type {string} */ name) =>
    median(rounds.map((/** @type {Record<string, number>} */ round) => round[name] ?? Number.NaN))
  // Round by round, as a busy machine slows both of one.
  const times = median(
    rounds.map((/** @type {Record<'total' | 'json', number>} */ { total, json }) => total / json),
  )
  const memory = (/** @type {number} */ mebibytes) => `${mebibytes.toFixed(0)} MiB`
  console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}; CPU time, medians of ${rounds.length}
${nodes} nodes, ${COMPONENTS} components, ${edges} edges, ${groups} groups, ${(bytes / 1e6).toFixed(1)} MB
JSON.parse of the bytes ${of('json').toFixed(0)} ms; the transfer alone ${of('transfer').toFixed(0)} ms; source ${of('read').toFixed(0)} ms; source to plan ${of('total').toFixed(0)} ms, ${times.toFixed(2)} times
memory ${memory(peakOfOne)} after the first, ${memory(peak)} after all in one process`)
  const broken = [
    ...(times > MOST_TIMES ? [`takes ${times.toFixed(2)} times as long`] : []),
    ...(peakOfOne > MOST_MEMORY ? [`takes ${memory(peakOfOne)}`] : []),
  ]
  for (const one of broken) console.log(`BROKEN: ${one}`)
  process.exitCode = broken.length === 0 ? 0 : 1
} finally {
  server.disconnect()
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}
