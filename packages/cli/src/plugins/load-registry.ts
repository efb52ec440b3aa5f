import { createRegistry, type Registry } from '@choirmaster/core'
import type { ResolvedConfig } from '../config/resolve-config.js'
import { addBuiltins } from './builtins.js'
import { loadPlugin } from './load-plugin.js'

/**
 * All providers that can be named: the built-in ones, which are imported on use, and those of the plugins.
 * @throws CodedError `plugin-*`, `provider-duplicate`
 */
export async function loadRegistry(config: Pick<ResolvedConfig, 'plugins'>): Promise<Registry> {
  const registry = createRegistry()
  addBuiltins(registry)
  for (const reference of config.plugins) {
    const from = { package: reference.specifier, place: reference.place }
    registry.addPlugin(await loadPlugin(reference), from)
  }
  return registry
}
