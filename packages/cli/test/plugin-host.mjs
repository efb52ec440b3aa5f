// Reads the graph as the command does, from what is built, in a process of its own: a test runner would let
// the plugin's copy of core resolve to sources. Arguments: the folder, then values for --set.
import { CodedError, isCodedError } from '@choirmaster/core'
import { systemRandom } from '@choirmaster/core/system'
import { resolveConfig } from '../dist/config/resolve-config.js'
import { composeHouse } from '../dist/plugins/compose.js'
import { loadRegistry } from '../dist/plugins/load-registry.js'

const [folder = '.', ...set] = process.argv.slice(2)
const call = { signal: new AbortController().signal }
try {
  const config = await resolveConfig(folder, { set })
  const registry = await loadRegistry(config)
  const random = systemRandom()
  const notice = () => undefined
  const house = await composeHouse({ config, registry, kinds: ['catalog'], random, call, notice })
  const catalog = await house.open('catalog')
  print({ environment: await catalog.environment(undefined, call) })
} catch (error) {
  if (!isCodedError(error)) throw error
  const { code, place, exit, message } = error
  print({ error: { code, place, exit, message, ours: error instanceof CodedError } })
}

/** @param {unknown} value */
function print(value) {
  process.stdout.write(JSON.stringify(value))
}
