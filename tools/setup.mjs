// All set-up that `npm start`, `npm test` and `npm run check` need, with nothing but Node and npm:
// checks the Node version, installs what package-lock.json says if that is not yet installed, and
// compiles what has changed. Run again, it costs about a second.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { notInstalled } from './lib/installed.mjs'
import { nodeFits } from './lib/node-version.mjs'
import { npmCli } from './lib/npm.mjs'
import { step } from './lib/step.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Ends the process with exit code 1 when something is missing that it cannot bring.
 * @param {{ dev: boolean }} wanted whether the tools for tests and checks are needed too
 */
export async function prepare(wanted) {
  process.chdir(root)
  checkNode()
  if (needsInstall(wanted)) await install(wanted)
}

/** Compiles what has changed; whether that went well. */
export function compile() {
  return step('Compiling', ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json'])
}

/**
 * Both of them; ends the process with exit code 1 when one fails.
 * @param {{ dev: boolean }} wanted
 */
export async function setUp(wanted) {
  await prepare(wanted)
  if (!(await compile())) process.exit(1)
}

function checkNode() {
  const { engines } = readJson('package.json')
  if (nodeFits(process.version, engines.node)) return
  fail(
    `Choirmaster needs Node ${engines.node}; this is ${process.version} (${process.execPath}).\n` +
      'Install a newer one from https://nodejs.org or with your version manager, then try again.',
  )
}

/** @param {{ dev: boolean }} wanted */
function needsInstall(wanted) {
  const installed = 'node_modules/.package-lock.json'
  if (!existsSync(installed)) return true
  return notInstalled(readJson('package-lock.json'), readJson(installed), wanted).length > 0
}

/** @param {{ dev: boolean }} wanted */
async function install(wanted) {
  const npm = npmCli()
  if (!npm) fail('Packages must be installed first: start this by npm (npm start, npm test).')
  // Said outright, since NODE_ENV=production or a user's npmrc could choose otherwise.
  const which = wanted.dev ? '--include=dev' : '--omit=dev'
  // No package here needs its install script, so none is given the chance to run.
  const args = [npm, 'ci', which, '--ignore-scripts']
  const installed = await step('Installing packages from the npm registry', args)
  if (!installed) fail('npm could not install the packages; what it said is above.')
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message)
  process.exit(1)
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp({ dev: true })
