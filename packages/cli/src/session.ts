import type {
  CatalogSource,
  Check,
  Clock,
  EngineOptions,
  Kind,
  NodeAgent,
  Notice,
  Plan,
  Prober,
  Random,
  Reporter,
  RunStore,
  Stream,
  Transport,
  Witness,
} from '@choirmaster/core'
import type { ConfigFlags } from './config/flag-settings.js'
import type { Io } from './io.js'
import type { CatalogChoice } from './planfile/planfile.schema.js'
import type { ColourMode } from './views/colour.js'

/** What a command works with: the configuration in force, and providers that are opened when asked for. */
export interface Session {
  readonly colour: ColourMode
  readonly clock: Clock
  readonly random: Random
  /** Whether something says where the graph comes from. */
  readonly hasCatalog: boolean
  /** Whether the nodes are simulated ones; `'default'`: nobody asked for that. */
  readonly simulated: boolean | 'default'
  /** What the simulated fleet is called, apart from all others; absent: the nodes are real ones. */
  readonly fleet?: string | undefined
  /** The file in which the simulated fleet is kept; absent: it ends with the process. */
  readonly simulatedState?: string | undefined
  /** How the graph is read. @throws CodedError `config-no-catalog` */
  catalogChoice(): CatalogChoice
  /** Options of a source that are secret, which neither a plan file nor a journal may hold. */
  secretsOf(choice: CatalogChoice): Promise<readonly string[]>
  /** How a plan is run. */
  optionsFor(plan: Plan): EngineOptions
  /** @param file plan file that holds the choice; absent: the configuration does */
  openCatalog(choice: CatalogChoice, file?: string): Promise<CatalogSource>
  openAgent(): Promise<NodeAgent>
  openTransport(): Promise<Transport>
  /** What a provider finds when it looks at what it needs; undefined: it cannot. */
  examine(kind: 'transport' | 'catalog' | 'witness'): Promise<Stream<Check> | undefined>
  /** What makes the checks of gates. */
  openProber(): Promise<Prober>
  openStore(): Promise<RunStore>
  /** undefined: the nodes' own word is all there is. */
  openWitness(): Promise<Witness | undefined>
  openReporters(): Promise<readonly Reporter[]>
  /** Where providers' notices go from now on; before: standard error. */
  onNotice(listener: (notice: Notice) => void): void
  /** Closes what was opened, the last first. Never rejects. */
  close(): Promise<void>
}

/**
 * @param kinds what the command will open: validated before anything is
 * @throws CodedError for a configuration, plugin or option that cannot be used
 */
export type OpenSession = (flags: ConfigFlags, io: Io, kinds: readonly Kind[]) => Promise<Session>
