// The lab's two Go programs, built once into a cache folder outside the source tree.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir, setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCES = fileURLToPath(new URL('../go', import.meta.url))
/** A build takes both cores for a minute or more; who works at the machine comes first. */
const NICE = 10

/**
 * @typedef {object} Program
 * @property {string} lab Choria's broker, server and client, and what makes credentials
 * @property {string} puppet the stand-in for the puppet agent
 */

/**
 * Builds the programs unless they are in the cache. Without Go or the modules there is a reason instead, on
 * one line; sources that do not compile are an error.
 * @param {(line: string) => void} [tell] what takes long
 * @returns {Promise<Program | { reason: string }>}
 */
export async function program(tell = () => {}) {
  const go = await run('go', ['version'])
  if (go.code !== 0) return { reason: 'Go is not installed (1.25 or newer is needed)' }
  const folder = join(cacheFolder(), keyOf(go.output))
  const built = { lab: join(folder, 'lab'), puppet: join(folder, 'puppet') }
  if (existsSync(built.lab) && existsSync(built.puppet)) return built

  tell('Fetching the Go modules of Choria and NATS …')
  const fetched = await run('go', ['mod', 'download'])
  if (fetched.code !== 0) {
    return { reason: `the Go modules cannot be fetched: ${lastLine(fetched.output)}` }
  }
  tell(`Building Choria's broker and server into ${folder} (95 s of two cores, once) …`)
  await mkdir(cacheFolder(), { recursive: true })
  const draft = await mkdtemp(join(cacheFolder(), 'build-'))
  try {
    const flags = ['-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', '-s -w']
    const { code, output } = await run('go', ['build', ...flags, '-o', `${draft}/`, './...'])
    if (code !== 0) throw new Error(`The lab's Go programs do not compile:\n${output}`)
    // Somebody else may have been quicker, with the same sources.
    await rename(draft, folder).catch((/** @type {unknown} */ error) => {
      if (!existsSync(built.lab)) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return built
}

/** $XDG_CACHE_HOME/choirmaster-lab; may be deleted at any time. */
function cacheFolder() {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'choirmaster-lab')
}

/**
 * Changes with every source file and with Go itself.
 * @param {string} version
 */
function keyOf(version) {
  const hash = createHash('sha256').update(version)
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  for (const name of files.filter((file) => /\.go$|^go\.(mod|sum)$/.test(file)).sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(SOURCES, name)))
  }
  return hash.digest('hex').slice(0, 16)
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: SOURCES, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('spawn', () => child.pid !== undefined && beNice(child.pid))
    child.on('error', (error) => resolve({ code: -1, output: error.message }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** @param {number} pid */
function beNice(pid) {
  try {
    setPriority(pid, NICE)
  } catch {
    // It has ended already, or nobody may be nice here.
  }
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? ''
}
