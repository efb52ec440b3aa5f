import { execFile } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { homedir, hostname, userInfo } from 'node:os'
import { promisify } from 'node:util'
import type { System } from './system.js'

/** A resolver answers in milliseconds or is broken: two tries of 2 s, then the lookup is skipped with a warning. */
const DNS = { timeout: 2000, tries: 2 }
/** `puppet config print` starts a Ruby: 1 to 3 s on a busy machine. */
const PUPPET_TIMEOUT = 20_000
/** Where Puppet's own packages put the command, which is not on root's PATH under sudo. */
const PUPPET_BIN = '/opt/puppetlabs/bin'

function absent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** The login name; none in a container whose user is not in the password file. */
function login(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}

/** The machine this runs on. */
export function nodeSystem(): System {
  return {
    env: process.env,
    home: homedir(),
    user: login(),
    root: process.geteuid?.() === 0,
    hostname: hostname(),
    cwd: process.cwd(),
    async readFile(path) {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if (absent(error)) return undefined
        throw error
      }
    },
    async srv(name) {
      try {
        return await new Resolver(DNS).resolveSrv(name)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOTFOUND' || code === 'ENODATA') return []
        throw error
      }
    },
    async puppetSetting(name) {
      try {
        const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:${PUPPET_BIN}` }
        const run = promisify(execFile)
        const { stdout } = await run('puppet', ['config', 'print', name], {
          env,
          timeout: PUPPET_TIMEOUT,
        })
        return stdout.trim() || undefined
      } catch {
        return undefined // no Puppet here, or one that cannot tell: the caller has a default
      }
    },
  }
}
