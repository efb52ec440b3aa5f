import { spawn } from 'node:child_process'

/** A long step says every so often that it is alive: an install can take minutes on a slow line. */
const STILL_ALIVE_MS = 20_000

/**
 * Runs a program of Node and hides what it prints unless it fails.
 * @param {string} title what the step does, for people
 * @param {string[]} args arguments of `node`
 * @param {{ env?: Record<string, string>, show?: boolean }} [options] `show`: print its output as it comes
 * @returns {Promise<boolean>} whether it ended with exit code 0
 */
export async function step(title, args, { env = {}, show = false } = {}) {
  const start = Date.now()
  const elapsed = () => `${((Date.now() - start) / 1000).toFixed(1)} s`
  console.log(`${title} …`)
  const timer = setInterval(() => console.log(`  still at it, ${elapsed()}`), STILL_ALIVE_MS)
  const { code, output } = await run(args, { ...process.env, ...env }, show)
  clearInterval(timer)
  if (code !== 0) process.stdout.write(`${output}\n`)
  console.log(`  ${code === 0 ? 'done' : `FAILED (exit code ${code})`}, ${elapsed()}`)
  return code === 0
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} show
 * @returns {Promise<{ code: number | string, output: string }>}
 */
function run(args, env, show) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: show ? 'inherit' : 'pipe' })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? 1, output }))
  })
}
