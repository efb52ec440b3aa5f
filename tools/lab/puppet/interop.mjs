// `npm run lab:puppet`: what must hold with real Puppet servers, where they are installed; else says why not, which is
// no failure. Arguments name some of the checks.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setUp } from '../../setup.mjs'
import { program } from '../choria/lib/program.mjs'
import { CHECKS, labAt } from './lib/lab.mjs'
import { missing } from './lib/servers.mjs'

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !CHECKS.some((check) => check === name))
if (unknown !== undefined) {
  console.error(`There is no check ${unknown}, but ${CHECKS.join(', ')}`)
  process.exit(1)
}
const checks = CHECKS.filter((name) => asked.length === 0 || asked.includes(name))

await setUp({ dev: true })
const overChoria = checks.includes('chain') || checks.includes('noop')
const reason = missing() ?? (overChoria ? await unbuilt() : undefined)
if (reason === undefined) await prove()
else console.log(`Skipped the checks with real Puppet servers: ${reason}.`)

/** Why there are no Choria servers. */
async function unbuilt() {
  const built = await program(console.log)
  return 'reason' in built ? built.reason : undefined
}

async function prove() {
  const folder = await mkdtemp(join(tmpdir(), 'choirmaster-puppet-'))
  // PostgreSQL is another user's.
  await chmod(folder, 0o755)
  const lab = labAt(folder)
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => void lab.down().finally(() => process.exit(1)))
  }
  try {
    await timed('up', lab.up)
    for (const name of checks) await timed(name, lab[name])
  } catch (error) {
    console.error(`Failed; the folder stays: ${folder}`)
    throw error
  } finally {
    await lab.down()
  }
  await rm(folder, { recursive: true })
}

/** @param {string} what @param {() => Promise<void>} work */
async function timed(what, work) {
  const start = Date.now()
  console.log(`== ${what}`)
  await work()
  console.log(`== ${what}: ${Math.round((Date.now() - start) / 1000)} s`)
}
