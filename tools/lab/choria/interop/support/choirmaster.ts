import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment, RunReport } from '@choirmaster/core'
import type { Network } from '../../lib/network.mjs'
import { AGENT_TIMEOUT } from './network.js'

const PROGRAM = fileURLToPath(new URL('../../../../../packages/cli/bin/run.js', import.meta.url))

/** The example of the documentation. */
export const LAMP = fileURLToPath(
  new URL('../../../../../docs/examples/lamp.json', import.meta.url),
)

/** The lab's runs take a second, so that waiting for minutes proves nothing more. */
const LIMITS = { settle: '2s', poll: '1s', start: '15s', run: '25s', silence: '10s' }

interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** The command in a folder of its own, as a client at a shell who uses it for this network. */
export interface Shell {
  choirmaster(...args: readonly string[]): Promise<Ended>
  /** The same, while it goes on. */
  start(...args: readonly string[]): ChildProcess
  /** `run` over the transport nats. */
  run(site: string | Environment, ...flags: readonly string[]): Promise<RunReport>
  /** `enable --run`. */
  enable(run: string): Promise<Ended>
}

/** @param store where runs are kept; by default in the folder of the shell */
export async function shell(
  network: Network,
  client = 'operator',
  store: Readonly<Record<string, string>> = { use: 'file', dir: 'runs' },
): Promise<Shell> {
  const folder = await mkdtemp(join(network.folder, 'shell-'))
  const { config, env } = network.client(client)
  const settings = {
    schema: 'choirmaster.config/1',
    transport: { use: 'nats', choriaConfig: config },
    agent: { use: 'puppet', timeout: AGENT_TIMEOUT },
    store,
    run: { limits: LIMITS },
  }
  // YAML reads JSON.
  await writeFile(join(folder, 'choirmaster.yaml'), JSON.stringify(settings))

  const options = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 1 << 26 }
  const choirmaster = (...args: readonly string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [PROGRAM, ...args], options, (_, stdout, stderr) => {
        resolve({ exit: child.exitCode ?? -1, stdout, stderr })
      })
    })
  return {
    choirmaster,
    start: (...args) =>
      spawn(process.execPath, [PROGRAM, ...args], { ...options, stdio: 'ignore' }),
    async run(site, ...flags) {
      const file = typeof site === 'string' ? site : join(folder, 'site.json')
      if (typeof site !== 'string') await writeFile(file, JSON.stringify(site))
      const ended = await choirmaster('run', '--site', file, '--yes', '--json', ...flags)
      const report = parse(ended) as RunReport
      if (report.exit !== ended.exit) {
        throw new Error(`exit code ${ended.exit}, and the report says ${ended.stdout}`)
      }
      return report
    },
    enable: (run) => choirmaster('enable', '--run', run, '--yes', '--json'),
  }
}

function parse({ stdout, stderr, exit }: Ended): unknown {
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`no JSON but exit code ${exit}: ${stdout}\n${stderr}`)
  }
}
