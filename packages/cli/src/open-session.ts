import { resolve } from 'node:path'
import {
  resolveFailures,
  resolvePace,
  type EngineOptions,
  type Kind,
  type Moment,
  type Notice,
  type Plan,
} from '@choirmaster/core'
import { systemRandom } from '@choirmaster/core/system'
import type { SimulatorOptions } from '@choirmaster/simulator'
import { NO_CHORIA } from './config/default-transport.js'
import { findChoria, type FindChoria } from './config/find-choria.js'
import type { ConfigFlags } from './config/flag-settings.js'
import type { ProviderChoice } from './config/providers.js'
import { secretOptions } from './config/redact.js'
import { resolveGate } from './config/gate.js'
import { nextTime } from './config/until.js'
import { choicesFor, resolveConfig, type ResolvedConfig } from './config/resolve-config.js'
import type { Io } from './io.js'
import type { CatalogChoice } from './planfile/planfile.schema.js'
import { composeHouse } from './plugins/compose.js'
import { loadRegistry } from './plugins/load-registry.js'
import type { Session } from './session.js'
import { fleetName, withFleetLocks } from './simulated-locks.js'
import { whole } from './site-plan.js'
import { noticeText } from './views/notice-text.js'

/** Reads the configuration and makes ready what a command needs; see `OpenSession`. */
export async function openSession(
  flags: ConfigFlags,
  io: Io,
  kinds: readonly Kind[],
): Promise<Session> {
  const choria: FindChoria = async () => findChoria(await io.system())
  const config = await resolveConfig(io.cwd, flags, choria)
  let listener = (notice: Notice): void => {
    const text = noticeText(notice, io.env)
    if (text !== undefined) io.stderr.write(`${text}\n`)
  }
  const random = systemRandom()
  const registry = await loadRegistry(config)
  const house = await composeHouse({
    config,
    registry,
    kinds: [...new Set([...kinds, ...namedByFlags(config)])],
    random,
    call: whole,
    notice: (notice) => {
      listener(notice)
    },
  })
  const simulated = simulation(config)
  const transport = config.choices.find(({ kind }) => kind === 'transport')
  const fleet = simulated === false || !transport ? undefined : fleetName(transport)
  let announced = false
  const announce = (): void => {
    if (simulated === false || announced) return
    announced = true
    io.stderr.write(`Simulated fleet: no real node is touched${whichFleet(config)}\n`)
    if (simulated === 'default') io.stderr.write(`${WHY_SIMULATED}\n`)
  }
  return {
    colour: config.color,
    clock: house.clock,
    random,
    simulated,
    fleet,
    simulatedState: simulated === false ? undefined : stateFile(config, io.cwd),
    hasCatalog: config.choices.some(({ kind }) => kind === 'catalog'),
    catalogChoice: () => catalogChoice(config),
    async secretsOf({ provider: name, options }) {
      const { provider } = await registry.find('catalog', name, '--catalog')
      return secretOptions(options, provider.options.json)
    },
    optionsFor: (plan) => optionsFor(config, plan, house.clock.now()),
    openCatalog: (choice, file) =>
      file === undefined ? house.open('catalog') : house.openChoice(choiceOf(choice, file)),
    async openAgent() {
      const agent = await house.open('agent')
      announce()
      return agent
    },
    async openTransport() {
      const transport = await house.open('transport')
      announce()
      return transport
    },
    examine: (kind) => house.examine(kind),
    async openProber() {
      const { createProber } = await import('./gate/probe.js')
      return createProber(house.clock, await house.open('transport'))
    },
    async openStore() {
      const store = await house.open('store')
      return fleet === undefined ? store : withFleetLocks(store, fleet)
    },
    openWitness: async () =>
      config.choices.some(({ kind }) => kind === 'witness') ? house.open('witness') : undefined,
    openReporters: () => house.reporters(),
    onNotice: (heard) => void (listener = heard),
    close: () => house.close(),
  }
}

function optionsFor(
  { engine, enforceEnvironment }: ResolvedConfig,
  plan: Plan,
  now: Moment,
): EngineOptions {
  const { environment, nodes, groups } = plan
  const { width, batch, until, ...rest } = engine
  return {
    ...rest,
    ...resolvePace({ width, ...(batch !== undefined && { batch }) }, plan),
    gate: resolveGate(engine.gate, plan),
    ...(until !== undefined && { until: nextTime(until, now) }),
    failures: resolveFailures(engine.failures, { nodes, groups, applications: plan.applied() }),
    run: { ...engine.run, ...(enforceEnvironment && { environment }) },
  }
}

/** What the command line names is checked even where the command does without it: a typing error is told, not ignored. */
function namedByFlags(config: ResolvedConfig): readonly Kind[] {
  return config.choices.filter(({ place }) => place.startsWith('--')).map(({ kind }) => kind)
}

function catalogChoice(config: ResolvedConfig): CatalogChoice {
  const [choice] = choicesFor(config, ['catalog'])
  const { name: provider, options, baseDir: base_dir } = choice as ProviderChoice
  return { provider, options, base_dir, environment: config.environment ?? null }
}

/** @param file where the choice stands, for messages */
function choiceOf(choice: CatalogChoice, file: string): ProviderChoice<'catalog'> {
  return {
    kind: 'catalog',
    name: choice.provider,
    options: choice.options,
    baseDir: choice.base_dir,
    place: file,
    locate: () => file,
  }
}

/** Loud, as whoever has real nodes must not take what follows for theirs. */
const WHY_SIMULATED =
  'Warning: no Choria configuration was found on this machine (~/.choriarc, /etc/choria/client.conf, choria.conf, MCOLLECTIVE_CERTNAME), so nothing here reaches real nodes. Name one with --choria-config FILE; --transport simulator says that a simulation is meant.'

function simulation({ choices }: ResolvedConfig): Session['simulated'] {
  const transport = choices.find(({ kind }) => kind === 'transport')
  if (transport?.name !== 'simulator') return false
  return transport.place === NO_CHORIA ? 'default' : true
}

/** As it can be named in a command that is typed in the folder `cwd`. */
function stateFile({ choices }: ResolvedConfig, cwd: string): string | undefined {
  const transport = choices.find(({ kind }) => kind === 'transport')
  const { state } = (transport?.options ?? {}) as SimulatorOptions
  if (state === undefined || transport === undefined) return undefined
  return transport.baseDir === cwd ? state : resolve(transport.baseDir, state)
}

/** Scenario and seed, where they were said. */
function whichFleet({ choices }: ResolvedConfig): string {
  const options = choices.find(({ kind }) => kind === 'transport')?.options
  const { scenario, seed } = (options ?? {}) as SimulatorOptions
  const said = [
    ...(scenario === undefined ? [] : [`scenario ${scenario}`]),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
  ]
  return said.length > 0 ? ` (${said.join(', ')})` : ''
}
