// `npm run lab:choria`: the tests against real Choria servers, where Go and its modules can be had; else says
// why not, which is no failure. Arguments are vitest's.
import { fileURLToPath } from 'node:url'
import { step } from '../../lib/step.mjs'
import { setUp } from '../../setup.mjs'
import { program } from './lib/program.mjs'

const VITEST = 'node_modules/vitest/vitest.mjs'
const CONFIG = fileURLToPath(new URL('vitest.config.ts', import.meta.url))

await setUp({ dev: true })
const built = await program(console.log)
if ('reason' in built) {
  console.log(`Skipped the tests against real Choria servers: ${built.reason}.`)
} else {
  const args = [VITEST, 'run', '--config', CONFIG, ...process.argv.slice(2)]
  const passed = await step('Tests against real Choria servers', args, { show: true })
  if (!passed) process.exitCode = 1
}
