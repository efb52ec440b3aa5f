// `npm start`: set-up, then the main job on the embedded default: the plan and a run of the LAMP
// example, on a fleet that is simulated in this process.
import { spawnSync } from 'node:child_process'
import { setUp } from './setup.mjs'

const SITE = 'docs/examples/lamp.json'
const JOBS = [
  ['plan', '--site', SITE],
  ['run', '--site', SITE, '--transport', 'simulator', '--yes'],
]

await setUp({ dev: false })
for (const args of JOBS) {
  console.log(`\n$ npx choirmaster ${args.join(' ')}\n`)
  const { status } = spawnSync(process.execPath, ['packages/cli/bin/run.js', ...args], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}
