import type { Clock, Kind, Ready, Registry } from '@choirmaster/core'
import type { SimulatorOptions } from '@choirmaster/simulator'

interface Builtin {
  readonly package: string
  load(): Promise<unknown>
}

/** Each is imported when it is first asked for: what nobody uses costs no start-up time. */
const BUILTINS: Readonly<Record<Kind, Readonly<Record<string, Builtin>>>> = {
  catalog: {
    file: {
      package: '@choirmaster/catalog-file',
      load: async () => (await import('@choirmaster/catalog-file')).fileCatalog,
    },
    merge: {
      package: '@choirmaster/cli',
      load: async () => (await import('../merge/provider.js')).mergeCatalog,
    },
    puppet: {
      package: '@choirmaster/catalog-puppet',
      load: async () => (await import('@choirmaster/catalog-puppet')).puppetCatalog,
    },
    puppetdb: {
      package: '@choirmaster/catalog-puppet',
      load: async () => (await import('@choirmaster/catalog-puppet')).puppetDbCatalog,
    },
  },
  transport: {
    nats: {
      package: '@choirmaster/transport-nats',
      load: async () => (await import('@choirmaster/transport-nats')).natsTransport,
    },
    simulator: {
      package: '@choirmaster/simulator',
      load: async () => (await import('@choirmaster/simulator')).simulatorProvider,
    },
  },
  agent: {
    puppet: {
      package: '@choirmaster/agent-puppet',
      load: async () => (await import('@choirmaster/agent-puppet')).puppetAgentProvider,
    },
  },
  store: {
    file: {
      package: '@choirmaster/store-file',
      load: async () => (await import('@choirmaster/store-file')).fileStore,
    },
    nats: {
      package: '@choirmaster/store-nats',
      load: async () => (await import('@choirmaster/store-nats')).natsStore,
    },
  },
  reporter: {},
  witness: {
    puppetdb: {
      package: '@choirmaster/witness-puppetdb',
      load: async () => (await import('@choirmaster/witness-puppetdb')).puppetDbWitness,
    },
  },
}

/** Registers the providers that choirmaster brings along. */
export function addBuiltins(registry: Registry): void {
  for (const [kind, providers] of Object.entries(BUILTINS)) {
    for (const [name, { package: from, load }] of Object.entries(providers)) {
      registry.add({ kind: kind as Kind, name, from: { package: from }, load })
    }
  }
}

/** Whether a provider is of this program, and not of a plugin. */
export function isBuiltin({ choice, found }: Ready): boolean {
  return BUILTINS[choice.kind][choice.name]?.package === found.from.package
}

/** A simulated fleet lives on a clock of its own, on which all else must run too; undefined: real time. */
export async function simulatedClock(
  transport: Ready,
  baseDir: string,
): Promise<Clock | undefined> {
  if (transport.choice.name !== 'simulator' || !isBuiltin(transport)) return undefined
  const { clockFor } = await import('@choirmaster/simulator')
  return clockFor(transport.choice.options as SimulatorOptions, baseDir)
}
