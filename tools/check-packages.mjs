// Packs every package as `npm publish` would, looks into what was packed, and tries the packed
// command in a folder of its own, where nothing of this workspace can help it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { npmCli } from './lib/npm.mjs'

const folder = mkdtempSync(join(tmpdir(), 'choirmaster-packages-'))
try {
  const packed = pack()
  const findings = [...(await Promise.all(packed.map(inspect))).flat(), ...tryCommand(packed)]
  for (const finding of findings) console.error(finding)
  process.exitCode = findings.length > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true })
}

/** @typedef {{ name: string, filename: string, files: { path: string }[] }} Packed */

/** @returns {Packed[]} */
function pack() {
  const answer = JSON.parse(npm('pack', '--workspaces', '--json', '--pack-destination', folder))
  // npm 11.6 and later answer with an object by package name, earlier ones with an array.
  return Object.values(answer)
}

/** @param {Packed} pkg */
async function inspect({ name, filename, files }) {
  const paths = files.map((file) => file.path)
  const unwanted = paths.filter((path) => /\.test\.|tsbuildinfo|(^|\/)test\//.test(path))
  const missing = ['LICENSE', 'dist/index.js', 'dist/index.d.ts'].filter(
    (path) => !paths.includes(path),
  )
  return [
    ...unwanted.map((path) => `${name}: ${path} should not be published`),
    ...missing.map((path) => `${name}: ${path} is missing`),
    ...(await lint(name, filename)),
  ]
}

/**
 * @param {string} name
 * @param {string} filename
 */
async function lint(name, filename) {
  const manifest = JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8'))
  const tarball = new Uint8Array(readFileSync(join(folder, filename))).buffer
  const { messages } = await publint({ pack: { tarball } })
  return messages
    .filter((message) => message.type !== 'suggestion')
    .map((message) => `${name}: ${formatMessage(message, manifest, { color: false })}`)
}

/** @param {Packed[]} packed */
function tryCommand(packed) {
  const tarballs = packed.map((pkg) => join(folder, pkg.filename))
  npm('install', '--prefix', folder, '--ignore-scripts', '--prefer-offline', ...tarballs)
  const command = join(folder, 'node_modules/@choirmaster/cli/bin/run.js')
  const { status, stderr } = spawnSync(process.execPath, [command, '--help'], { encoding: 'utf8' })
  return status === 0 ? [] : [`the packed choirmaster --help ended with ${status}: ${stderr}`]
}

/** @param {string[]} args */
function npm(...args) {
  const program = npmCli()
  if (!program) throw new Error('Start this by npm: npm run check -- packages')
  const options = /** @type {const} */ ({ encoding: 'utf8', maxBuffer: 64e6 })
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options)
  if (status !== 0) throw new Error(`npm ${args[0]} ended with ${status}:\n${stderr}`)
  return stdout
}
