// The stock nats-server of the benches: $NATS_SERVER, on the PATH, else the one in the lab's program (docs/lab.md).
import { spawnSync } from 'node:child_process'
import { program } from '../lab/choria/lib/program.mjs'

/**
 * What starts a nats-server with a configuration file as its last argument. Without one it is built, which takes Go;
 * else there is a reason, on one line.
 * @returns {Promise<[command: string, arg: string] | { reason: string }>}
 */
export async function natsProgram() {
  const stock = process.env.NATS_SERVER || 'nats-server'
  const found = spawnSync(stock, ['--version']).status === 0
  if (found) return [stock, '-c']
  if (process.env.NATS_SERVER) return { reason: `NATS_SERVER: ${stock} does not run` }
  const built = await program(console.error)
  if ('lab' in built) return [built.lab, 'nats']
  return { reason: `there is no nats-server, and none can be built: ${built.reason}` }
}
