// `npm run check`: compiles, then every check there is, each with its time; says at the end what failed.
//   npm run check -- lint types        only these
//   npm run check -- --without tests   all but these
import { compile, prepare } from './setup.mjs'
import { step } from './lib/step.mjs'

/** @type {Record<string, { title: string, args: string[], show?: boolean }>} */
const CHECKS = {
  types: {
    title: 'Types of sources, tests and tools (tsc)',
    args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  },
  lint: {
    title: 'Lint (eslint)',
    args: ['node_modules/eslint/bin/eslint.js', '--max-warnings=0', '.'],
  },
  format: {
    title: 'Format (prettier)',
    args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  },
  unused: {
    title: 'Unused files, exports and dependencies (knip)',
    args: ['node_modules/knip/bin/knip.js'],
  },
  packages: {
    title: 'Packages as they would be published (publint, a trial installation)',
    args: ['tools/check-packages.mjs'],
  },
  tests: { title: 'Tests (vitest)', args: ['node_modules/vitest/vitest.mjs', 'run'], show: true },
}

const chosen = choose(process.argv.slice(2))
await prepare({ dev: true })
const failed = (await compile()) ? [] : ['compile']
for (const [name, { title, args, show = false }] of chosen) {
  if (!(await step(`[${name}] ${title}`, args, { show }))) failed.push(name)
}
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`)
  process.exit(1)
}
console.log(`\nPassed: ${chosen.map(([name]) => name).join(', ')}`)

/** @param {string[]} args */
function choose(args) {
  const without = args[0] === '--without'
  const names = without ? args.slice(1) : args
  const unknown = names.filter((name) => !(name in CHECKS))
  if (unknown.length > 0) {
    console.error(
      `No such check: ${unknown.join(', ')}. There are: ${Object.keys(CHECKS).join(', ')}`,
    )
    process.exit(1)
  }
  return Object.entries(CHECKS).filter(([name]) =>
    names.length === 0 ? true : names.includes(name) !== without,
  )
}
