import { Errors, Flags } from '@oclif/core'
import { isDuration } from './config/duration.js'
import { COUNT, flagValue, RAMP, SHARE } from './config/share.js'

/** Flags that every command has. */
export const outputFlags = {
  json: Flags.boolean({ description: 'Print one JSON value and nothing else on standard output' }),
}

/** Where the configuration comes from and what it is overridden with. */
export const configFlags = {
  config: Flags.string({
    helpGroup: 'configuration',
    description: 'Configuration file; default: choirmaster.yaml in this folder, when there is one',
    helpValue: 'FILE',
  }),
  set: Flags.string({
    helpGroup: 'configuration',
    description: "A provider's option, such as catalog.url=https://puppet:8140 (repeatable)",
    helpValue: 'KIND.OPTION=VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

/** How nodes are reached. */
export const transportFlags = {
  collective: Flags.string({
    helpGroup: 'connection',
    char: 'T',
    description: 'Collective of the nodes; default: the main collective',
    helpValue: 'NAME',
  }),
  transport: Flags.string({
    helpGroup: 'connection',
    description:
      'How nodes are reached; default: nats where a Choria configuration is found, else simulator',
    helpValue: 'NAME',
  }),
  'choria-config': Flags.string({
    helpGroup: 'connection',
    description: "Choria's client configuration; default: as the choria command finds it",
    helpValue: 'FILE',
  }),
}

/** Nodes by name. */
export const nodeFlags = {
  node: Flags.string({
    char: 'I',
    description: 'A node by its name, or @FILE for those in a file, one a line (repeatable)',
    helpValue: 'NODE',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

/** Where the graph comes from. */
export const sourceFlags = {
  environment: Flags.string({
    helpGroup: 'source',
    description: 'Environment whose graph is used; default: production',
    helpValue: 'NAME',
  }),
  catalog: Flags.string({
    helpGroup: 'source',
    description: 'Where the graph comes from',
    helpValue: 'NAME',
  }),
  site: Flags.string({
    helpGroup: 'source',
    description: 'Short for the source `file` with this file, YAML or JSON',
    helpValue: 'FILE',
  }),
  fresh: Flags.boolean({
    helpGroup: 'source',
    description: 'Compile the nodes now, in place of what PuppetDB has of them (source `puppetdb`)',
  }),
  'max-age': Flags.string({
    helpGroup: 'source',
    description:
      'List nodes without a report for so long as not ready, such as 90m or 24h (source `puppetdb`)',
    helpValue: 'DURATION',
    parse(input) {
      return isDuration(input)
        ? Promise.resolve(input)
        : Promise.reject(
            new Errors.CLIError(`must be a duration such as 90s, 10m or 24h, not ${input}`),
          )
    },
  }),
}

/** What of the graph is asked for. */
export const selectionFlags = {
  ...sourceFlags,
  instance: Flags.string({
    helpGroup: 'selection',
    description: 'Only this application, such as Lamp[app1] (repeatable)',
    helpValue: 'APPLICATION',
    multiple: true,
    multipleNonGreedy: true,
  }),
  application: Flags.string({
    helpGroup: 'selection',
    description: 'The same as --instance (repeatable)',
    helpValue: 'APPLICATION',
    multiple: true,
    multipleNonGreedy: true,
  }),
  exclude: Flags.string({
    helpGroup: 'selection',
    description: 'Leave this node out, and what depends on it (repeatable, or with commas between)',
    helpValue: 'NODE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'assume-done': Flags.string({
    helpGroup: 'selection',
    description:
      'Do not run this node and take it for already done (repeatable, or with commas between)',
    helpValue: 'NODE',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

type NodesSchema = { readonly pattern?: string; readonly expected: string }

/** A flag that takes numbers of nodes; oclif puts its name before the error. */
function nodesFlag(schema: NodesSchema, helpValue: string, description: string) {
  return Flags.custom<number | string>({
    helpGroup: 'run',
    description,
    helpValue,
    parse(input) {
      const value = flagValue(input, schema)
      if (value !== undefined) return Promise.resolve(value)
      return Promise.reject(new Errors.CLIError(`must be ${schema.expected}, not ${input}`))
    },
  })()
}

/** How the plan is run; a plan file holds these. */
export const engineFlags = {
  order: Flags.option({
    helpGroup: 'run',
    description:
      'A group after the group before, or each node as soon as its own producers are proven',
    options: ['groups', 'stream'] as const,
  })(),
  concurrency: nodesFlag(
    SHARE,
    'N|N%',
    'Run at most so many nodes at once, or such a part of all; default: 20',
  ),
  batch: nodesFlag(
    RAMP,
    'N|N%[,…]',
    'Run each group in batches of so many nodes, or of such a part of it; several are a ramp',
  ),
  canary: nodesFlag(
    COUNT,
    'N',
    'Run the first nodes of each group alone, and the rest of it when they are proven',
  ),
  'max-failures': Flags.string({
    helpGroup: 'run',
    description:
      'So many nodes, or percent of them, may end without proof before nothing new starts; default: 0',
    helpValue: 'N|N%',
  }),
  'failure-scope': Flags.option({
    helpGroup: 'run',
    description: 'What failures are counted in; an application also ends for itself',
    options: ['run', 'application', 'group'] as const,
  })(),
  'on-failure': Flags.option({
    helpGroup: 'run',
    description:
      'Stop, or skip what depends on a failed node and go on with the rest (with --max-failures: while that lasts)',
    options: ['stop', 'skip-dependents'] as const,
  })(),
  retries: Flags.string({
    helpGroup: 'run',
    description: 'So often a Puppet run that failed is tried again; default: 0',
    helpValue: 'N',
  }),
  'retry-pause': Flags.string({
    helpGroup: 'run',
    description: 'From a failure to the next try at least, such as 30s or 5m',
    helpValue: 'TIME',
  }),
  check: Flags.string({
    helpGroup: 'run',
    description:
      'What a node that others wait for must pass after its run: a port that connects, or a program run here with the certname; with a component, an application, or the type of one before it only on its nodes (repeatable)',
    helpValue: '[FOR=]tcp:PORT|command:PROGRAM',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'gate-answer': Flags.string({
    helpGroup: 'run',
    description: 'How long such a node may take to answer again, as its run may have rebooted it',
    helpValue: 'TIME',
  }),
  'gate-timeout': Flags.string({
    helpGroup: 'run',
    description: 'How long the checks of such a node may take to pass',
    helpValue: 'TIME',
  }),
  until: Flags.string({
    helpGroup: 'run',
    description: 'Nothing new starts after this time of day, when it comes next',
    helpValue: 'HH:MM',
  }),
  unready: Flags.option({
    helpGroup: 'run',
    description: 'What is done about nodes that are not ready',
    options: ['refuse', 'skip'] as const,
  })(),
  'keep-disabled': Flags.option({
    helpGroup: 'run',
    description: 'Who stays disabled after a run that did not end well',
    options: ['application', 'all', 'failed', 'none'] as const,
  })(),
  'enforce-environment': Flags.boolean({
    helpGroup: 'run',
    description: 'Run the nodes in the environment of the graph, not in their own',
  }),
  noop: Flags.boolean({
    helpGroup: 'run',
    description: 'Let Puppet only pretend, in the same order, and show what would change',
  }),
  'accept-unverified': Flags.boolean({
    helpGroup: 'run',
    description: 'Let runs count whose logs cannot be read',
  }),
}

/** Who else is told how runs end. */
export const witnessFlag = {
  witness: Flags.string({
    helpGroup: 'run',
    description: 'Who else is told how runs end, such as puppetdb; default: the nodes alone say',
    helpValue: 'NAME',
  }),
}

export const yesFlag = {
  yes: Flags.boolean({ char: 'y', description: 'Do not ask' }),
}
