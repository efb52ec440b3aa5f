// Processes of a network: started with a log file each, ended for certain.
import { execFile, spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * Starts a daemon in a process group of its own and gives its process number. Leashed, it ends with this
 * process however that ends, since it reads a pipe from here; else it stays until it is stopped.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ log: string, leash: boolean }} how
 */
export async function startDaemon(command, args, { log, leash }) {
  const file = await open(log, 'a')
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: [leash ? 'pipe' : 'ignore', file.fd, file.fd],
      env: { PATH: process.env['PATH'], ...(leash && { LAB_LEASH: '1' }) },
    })
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    // Neither the daemon nor the pipe keeps this process alive.
    child.unref()
    const pipe = /** @type {import('node:net').Socket | null} */ (child.stdin)
    pipe?.unref()
    pipe?.on('error', () => {})
    return /** @type {number} */ (child.pid)
  } finally {
    await file.close()
  }
}

/**
 * Ends a process and its group at once: what is ended here holds nothing that is worth a farewell, and that
 * of a Choria server takes ten seconds.
 * @param {number | undefined} pid
 * @param {string} mark what its command line holds, since a process number may be somebody else's by now
 */
export async function stopDaemon(pid, mark) {
  if (pid === undefined || !(await isRunning(pid, mark))) return
  process.kill(-pid, 'SIGKILL')
  while (await isRunning(pid, mark)) await pause(20)
}

/**
 * @param {number} pid
 * @param {string} mark
 */
export async function isRunning(pid, mark) {
  try {
    return (await commandLine(pid)).includes(mark)
  } catch {
    return false
  }
}

/** Empty for one that has ended and that nobody has asked about yet. @param {number} pid */
async function commandLine(pid) {
  // Small containers have no ps.
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8')
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,args=', '-p', `${pid}`])
  return stdout.startsWith('Z') ? '' : stdout
}

/** @param {number} milliseconds */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
