import {
  prepareProviders,
  type AgentHost,
  type Call,
  type Check,
  type Clock,
  type Host,
  type Kind,
  type Kinds,
  messageOf,
  type Notice,
  type Random,
  type Ready,
  type Registry,
  type Stream,
} from '@choirmaster/core'
import { systemClock } from '@choirmaster/core/system'
import type { ProviderChoice } from '../config/providers.js'
import { choicesFor, type ResolvedConfig } from '../config/resolve-config.js'
import { isBuiltin, simulatedClock } from './builtins.js'
import { guardedCatalog } from './guard-catalog.js'

/** The providers of one command: all known to be usable, each opened when it is first asked for. */
export interface House {
  /** That of the simulated fleet, where there is one, else the machine's. */
  readonly clock: Clock
  /**
   * The one provider of a kind; reporters are opened by `reporters`.
   * @throws CodedError of the provider; `config-no-catalog`
   */
  open<K extends SingleKind>(kind: K): Promise<Kinds[K]>
  /** Opens another provider than the configured one, such as a plan file's source. @throws CodedError `provider-*` */
  openChoice<K extends SingleKind>(choice: ProviderChoice<K>): Promise<Kinds[K]>
  /** Opens all reporters. */
  reporters(): Promise<readonly Kinds['reporter'][]>
  /** What the provider of a kind finds when it looks at what it needs; undefined: it cannot, or none is chosen. */
  examine(kind: SingleKind): Promise<Stream<Check> | undefined>
  /** Closes what was opened, the last first. Never rejects: a failure is a notice. */
  close(): Promise<void>
}

type SingleKind = Exclude<Kind, 'reporter'>

export interface HouseInput {
  readonly config: ResolvedConfig
  readonly registry: Registry
  /** What the command may open; the options of all of these are validated before any is opened. */
  readonly kinds: readonly Kind[]
  readonly random: Random
  readonly call: Call
  notice(notice: Notice): void
}

/** @throws CodedError `provider-unknown`, `provider-options`, `plugin-invalid`, `config-no-catalog` */
export async function composeHouse(input: HouseInput): Promise<House> {
  const { config, registry, call, kinds } = input
  const choices = choicesFor(config, kinds)
  const ready = await prepareProviders(registry, choices)
  const find = (kind: Kind): Ready | undefined => ready.find(({ choice }) => choice.kind === kind)
  const clock = (await clockOf(find('transport'))) ?? systemClock()
  const opened: { readonly ready: Ready; readonly closable: Kinds[Kind] }[] = []
  const singles = new Map<Kind, Promise<unknown>>()

  const host = (baseDir: string, kind: Kind): AgentHost => ({
    baseDir,
    // A lock is held against other processes, which live on the machine's time however fast a simulated fleet's runs.
    clock: kind === 'store' ? systemClock() : clock,
    random: input.random,
    notice: (notice) => {
      input.notice(notice)
    },
    transport: () => house.open('transport'),
  })
  const openReady = async (one: Ready): Promise<Kinds[Kind]> => {
    const { baseDir } = one.choice as ProviderChoice
    const closable = await one.open(host(baseDir, one.choice.kind) as Host & AgentHost, call)
    opened.push({ ready: one, closable })
    const isForeign = one.choice.kind === 'catalog' && !isBuiltin(one)
    return isForeign ? guardedCatalog(closable as Kinds['catalog'], one) : closable
  }

  const house: House = {
    clock,
    open<K extends SingleKind>(kind: K) {
      const opening = singles.get(kind) ?? openSingle(kind)
      singles.set(kind, opening)
      return opening as Promise<Kinds[K]>
    },
    async openChoice<K extends SingleKind>(choice: ProviderChoice<K>) {
      const [other] = await prepareProviders(registry, [choice as ProviderChoice])
      return (await openReady(other as Ready)) as Kinds[K]
    },
    async reporters() {
      const reporters = ready.filter(({ choice }) => choice.kind === 'reporter')
      const all: Kinds['reporter'][] = []
      for (const one of reporters) all.push((await openReady(one)) as Kinds['reporter'])
      return all
    },
    async examine(kind) {
      const one = await readyFor(kind)
      const { provider } = one?.found ?? {}
      if (one === undefined || provider?.examine === undefined) return undefined
      const { options, baseDir } = one.choice as ProviderChoice
      return provider.examine(options, host(baseDir, kind), call)
    },
    async close() {
      for (const { ready: one, closable } of opened.splice(0).reverse()) {
        await closable.close?.().catch((error: unknown) => {
          input.notice(closeNotice(one, error))
        })
      }
    },
  }

  async function openSingle(kind: SingleKind): Promise<unknown> {
    return openReady((await readyFor(kind)) as Ready)
  }
  async function readyFor(kind: SingleKind): Promise<Ready | undefined> {
    // A kind that was not asked for from the start is validated now.
    const [choice] = choicesFor(config, [kind])
    return find(kind) ?? (choice && (await prepareProviders(registry, [choice]))[0])
  }
  return house
}

async function clockOf(transport: Ready | undefined): Promise<Clock | undefined> {
  return transport && simulatedClock(transport, (transport.choice as ProviderChoice).baseDir)
}

function closeNotice({ choice }: Ready, error: unknown): Notice {
  const reason = messageOf(error)
  const message = `The ${choice.kind} ${choice.name} did not close cleanly: ${reason}`
  return { level: 'warning', code: 'provider-not-closed', message }
}
