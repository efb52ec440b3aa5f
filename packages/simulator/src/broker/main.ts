/** `node packages/simulator/dist/broker/main.js --help`: simulated Choria servers on a real broker. */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isCodedError } from '@choirmaster/core/provide'
import { readArguments, USAGE } from './arguments.js'
import { brokerFleet, type BrokerFleet } from './broker-fleet.js'

/** Where the command speaks. */
interface Io {
  out(line: string): void
  err(line: string): void
}

/** Starts the fleet that the command line asks for; undefined: there is none, and why has been said. */
export async function main(args: readonly string[], io: Io): Promise<BrokerFleet | undefined> {
  const options = await readArguments(args)
  if (options === undefined) {
    io.out(USAGE)
    return undefined
  }
  const fleet = await brokerFleet({ ...options, notice: ({ message }) => io.err(message) })
  const { nodes, broker, security } = options
  const where = `${String(broker)}, protocol ${security.protocol}, collective ${fleet.collective}`
  io.out(`${nodes.length} simulated nodes on ${where}, seed ${fleet.seed}`)
  return fleet
}

/** What went wrong, where, and what to do now. */
export function errorLines(error: unknown): string {
  if (!isCodedError(error)) throw error
  const others = error.problems.map(({ place = '', message }) => `${place}: ${message}`)
  const first = `${error.place === undefined ? '' : `${error.place}: `}${error.message}`
  return [...(others.length > 0 ? others : [first]), error.hint].join('\n')
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  const io: Io = {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
  }
  try {
    const fleet = await main(process.argv.slice(2), io)
    const end = (): void => void fleet?.close()
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
  } catch (error) {
    io.err(errorLines(error))
    process.exitCode = 1
  }
}
