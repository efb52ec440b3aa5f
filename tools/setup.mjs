// All set-up that `npm start`, `npm test` and `npm run check` need, with nothing but Node and npm:
// checks the Node version, installs what package-lock.json says if that is not yet installed, and
// compiles what has changed. Run again, it costs about a second.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { notInstalled } from './lib/installed.mjs'
import { nodeFits } from './lib/node-version.mjs'
import { step } from './lib/step.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Ends the process with exit code 1 when set-up fails.
 * @param {{ dev: boolean }} wanted whether the tools for tests and checks are needed too
 */
export async function setUp(wanted) {
  process.chdir(root)
  checkNode()
  if (needsInstall(wanted)) await install(wanted)
  const compiled = await step('Compiling', [
    'node_modules/typescript/bin/tsc',
    '-b',
    'tsconfig.build.json',
  ])
  if (!compiled) process.exit(1)
}

function checkNode() {
  const { engines } = readJson('package.json')
  if (nodeFits(process.version, engines.node)) return
  console.error(
    `Choirmaster needs Node ${engines.node}; this is ${process.version} (${process.execPath}).`,
  )
  console.error(
    'Install a newer one from https://nodejs.org or with your version manager, then try again.',
  )
  process.exit(1)
}

/** @param {{ dev: boolean }} wanted */
function needsInstall(wanted) {
  const installed = 'node_modules/.package-lock.json'
  if (!existsSync(installed)) return true
  return notInstalled(readJson('package-lock.json'), readJson(installed), wanted).length > 0
}

/** @param {{ dev: boolean }} wanted */
async function install(wanted) {
  // Said outright, since NODE_ENV=production or a user's npmrc could choose otherwise.
  const which = wanted.dev ? '--include=dev' : '--omit=dev'
  // No package here needs its install script, so none is given the chance to run.
  const args = [npmCli(), 'ci', which, '--ignore-scripts']
  if (await step('Installing packages from the npm registry', args)) return
  console.error('npm could not install the packages; what it said is above.')
  process.exit(1)
}

/** npm's own program, as npm tells its scripts. */
function npmCli() {
  const path = process.env.npm_execpath
  if (path?.endsWith('npm-cli.js')) return path
  console.error(
    'Packages are to be installed, which needs npm: npm start, npm test or npm run check.',
  )
  process.exit(1)
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp({ dev: true })
