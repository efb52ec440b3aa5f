import { BaseCommand } from '../base-command.js'
import {
  configFlags,
  engineFlags,
  outputFlags,
  sourceFlags,
  transportFlags,
  witnessFlag,
} from '../flags.js'

export default class Config extends BaseCommand {
  static override summary = 'Show the configuration in force and where each value comes from'
  static override description =
    'From weakest to strongest: defaults, the configuration file, flags, --set. With flags it shows what they would change. Secrets are redacted.'
  static override examples = [
    '<%= config.bin %> config',
    '<%= config.bin %> config --site site.yaml --batch 2 --json',
  ]
  static override flags = {
    ...sourceFlags,
    ...engineFlags,
    ...transportFlags,
    ...witnessFlag,
    ...configFlags,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Config)
    const { resolveConfig } = await import('../config/resolve-config.js')
    const { explainConfig } = await import('../config/explain.js')
    const { explainProviders } = await import('../config/explain-providers.js')
    const { findChoria } = await import('../config/find-choria.js')
    const { loadRegistry } = await import('../plugins/load-registry.js')
    const config = await resolveConfig(this.io.cwd, flags, async () =>
      findChoria(await this.io.system()),
    )
    const registry = await loadRegistry(config)
    const rows = [
      ...(await explainConfig(config, registry)),
      ...(await explainProviders(config, registry)),
    ]
    if (this.json) return this.printJson(rows)
    const { configText } = await import('../views/config-text.js')
    this.printLines(configText(rows))
  }
}
