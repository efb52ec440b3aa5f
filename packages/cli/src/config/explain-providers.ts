import { isCodedError, prepareProviders, type Registry } from '@choirmaster/core'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import type { ConfigRow } from './explain.js'
import type { ProviderChoice } from './providers.js'
import { redacted } from './redact.js'
import type { ResolvedConfig } from './resolve-config.js'

/** The values that the chosen providers take from elsewhere than this configuration, secrets redacted. */
export async function explainProviders(
  config: ResolvedConfig,
  registry: Registry,
): Promise<readonly ConfigRow[]> {
  const rows: ConfigRow[] = []
  for (const choice of config.choices) rows.push(...(await explain(choice, registry)))
  return rows
}

async function explain(choice: ProviderChoice, registry: Registry): Promise<readonly ConfigRow[]> {
  const { provider } = await registry.find(choice.kind, choice.name, choice.place)
  if (provider.explain === undefined) return []
  const host = {
    baseDir: choice.baseDir,
    clock: systemClock(),
    random: systemRandom(),
    notice: () => undefined,
  }
  try {
    await prepareProviders(registry, [choice])
    const rows = await provider.explain(choice.options, host)
    return rows.map((row) => ({ ...row, value: redacted(row.value, '') }))
  } catch (error) {
    // What is in force is shown all the same: this may be what the reader looks for.
    if (isCodedError(error)) return [{ key: choice.kind, value: null, origin: error.message }]
    throw error
  }
}
