/** `node packages/simulator/dist/broker/main.js --help`: simulated Choria servers on a real broker. */
import { isCodedError } from '@choirmaster/core/provide'
import { readArguments, USAGE } from './arguments.js'
import { brokerFleet } from './broker-fleet.js'

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

try {
  const options = await readArguments(process.argv.slice(2), process.cwd())
  if (options === undefined) process.stdout.write(USAGE)
  else {
    const fleet = await brokerFleet({ ...options, notice: ({ message }) => tell(message) })
    const { nodes, broker, security } = options
    const where = `${String(broker)}, protocol ${security.protocol}, collective ${fleet.collective}`
    process.stdout.write(`${nodes.length} simulated nodes on ${where}, seed ${fleet.seed}\n`)
    const end = (): void => void fleet.close()
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
  }
} catch (error) {
  if (!isCodedError(error)) throw error
  const places = error.problems.map(({ place, message }) => `  ${place ?? ''} ${message}`)
  tell([`${error.place ?? 'fleet'}: ${error.message}`, ...places, error.hint].join('\n'))
  process.exitCode = 1
}
