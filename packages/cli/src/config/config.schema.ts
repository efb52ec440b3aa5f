import { DEFAULT_FAILURES, DEFAULT_GATE, DEFAULT_OPTIONS } from '@choirmaster/core'
import { schema } from '@choirmaster/core/provide'
import { DURATION, durationText } from './duration.js'
import type { FromSchema } from './from-schema.js'
import { COUNT, RAMP, SHARE } from './share.js'
import { TIME_OF_DAY } from './until.js'

/** Version of the configuration's format. */
const CONFIG_SCHEMA = 'choirmaster.config/1'

const { limits } = DEFAULT_OPTIONS

/** A provider: its name alone, or its name under `use` and its options beside it. */
function provider(description: string) {
  return {
    description,
    anyOf: [
      { type: 'string', minLength: 1 },
      {
        type: 'object',
        properties: { use: { type: 'string', minLength: 1, description: 'Name of the provider' } },
        additionalProperties: true,
      },
    ],
  } as const
}

const reporter = {
  anyOf: [
    { type: 'string', minLength: 1 },
    {
      type: 'object',
      required: ['use'],
      properties: { use: { type: 'string', minLength: 1 } },
      additionalProperties: true,
    },
  ],
} as const

function duration(milliseconds: number, description: string) {
  return { ...DURATION, default: durationText(milliseconds), description } as const
}

const json = {
  $id: 'urn:choirmaster:config:1',
  title: 'Choirmaster configuration',
  description: 'choirmaster.yaml in the current folder, or the file that --config names',
  type: 'object',
  additionalProperties: false,
  properties: {
    schema: { const: CONFIG_SCHEMA, description: 'Version of this format' },
    environment: {
      type: 'string',
      pattern: '^\\w+$',
      expected: 'the name of a Puppet environment: letters, digits and underscores',
      description:
        'Environment whose graph is used; default: the one that a site file names, else production. Flag: `--environment`',
    },
    catalog: provider(
      'Where the graph comes from: `file`, `puppet`, `puppetdb` or `merge`. There is no default. Flags: `--catalog`, `--site`',
    ),
    transport: provider(
      'How nodes are reached: `nats` (Choria) or `simulator`. Default: `nats` where a Choria configuration is found, else `simulator`, see below. Flags: `--transport`, `--choria-config`, `--collective`',
    ),
    agent: { ...provider('What runs Puppet on a node'), default: 'puppet' },
    store: {
      ...provider('Where journals and locks of runs are kept: `file` or `nats` (stores.md)'),
      default: 'file',
    },
    witness: provider(
      'Who else is told how runs end: `puppetdb`. Default: none, the nodes say. Flag: `--witness`',
    ),
    reporters: {
      type: 'array',
      items: reporter,
      description: 'Further reports of a run',
    },
    plugins: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      description:
        'Packages that bring further providers: names, resolved from the folder of this file, or paths that start with `./`. Their code runs in choirmaster',
    },
    run: {
      type: 'object',
      additionalProperties: false,
      description: 'How a plan is run',
      properties: {
        order: {
          enum: ['groups', 'stream'],
          default: DEFAULT_OPTIONS.order,
          description:
            '`groups`: a group after the group before; `stream`: each node as soon as its own producers are proven. Flag: `--order`',
        },
        width: {
          ...SHARE,
          default: DEFAULT_OPTIONS.width,
          description:
            'At most so many nodes run Puppet at once: a number, or a part of all nodes such as `10%`. Flag: `--concurrency`',
        },
        batch: {
          ...RAMP,
          description:
            'Run each group in batches, each awaited whole: of so many nodes, of a part of the group such as `10%`, or one after another as a ramp such as `1,10%,50%`, whose last repeats. Not with `order: stream`. Flag: `--batch`',
        },
        canary: {
          ...COUNT,
          description:
            'Run so many of the first nodes of each group alone, and the rest of it when they are proven. Flag: `--canary`',
        },
        keep_disabled: {
          enum: ['application', 'all', 'failed', 'none'],
          default: DEFAULT_OPTIONS.keepDisabled,
          description:
            'Who stays disabled after a run that did not end well. Flag: `--keep-disabled`',
        },
        unready: {
          enum: ['refuse', 'skip'],
          default: DEFAULT_OPTIONS.unready,
          description:
            'What is done about nodes that are not ready: refuse the run, or skip them and what depends on them. Flag: `--unready`',
        },
        accept_unverified: {
          type: 'boolean',
          default: DEFAULT_OPTIONS.acceptUnverified,
          description: 'Let runs count whose logs cannot be read. Flag: `--accept-unverified`',
        },
        enforce_environment: {
          type: 'boolean',
          default: false,
          description:
            'Run the nodes in the environment of the graph, not in their own. Flag: `--enforce-environment`',
        },
        failures: {
          type: 'object',
          additionalProperties: false,
          description: 'What is done about nodes that are not proven',
          properties: {
            max: {
              type: ['integer', 'string'],
              minimum: 0,
              pattern: '^(100|\\d{1,2}(\\.\\d+)?)%$',
              expected: 'a number of nodes such as 3, or a percentage such as 5%',
              description:
                'How many nodes of the scope may end without proof: a number, or a percentage, rounded down. Default: 0; with `on_failure: skip-dependents` any number. Flag: `--max-failures`',
            },
            scope: {
              enum: ['run', 'application', 'group'],
              default: DEFAULT_FAILURES.scope,
              description:
                'What they are counted in, and of `application` also what ends when they are too many; `run` and `group` stop the run. Flag: `--failure-scope`',
            },
            on_failure: {
              enum: ['stop', 'skip-dependents'],
              default: DEFAULT_FAILURES.onFailure,
              description:
                '`stop`: the run stops once more than `max` failed. `skip-dependents`: without a `max` it goes on with all that does not depend on a failed node. Flag: `--on-failure`',
            },
            retries: {
              type: 'integer',
              minimum: 0,
              maximum: 100,
              expected: 'a number of tries, 0 to 100',
              default: DEFAULT_FAILURES.retries,
              description:
                'How often a Puppet run that failed is tried again, once it was seen to its end. Flag: `--retries`',
            },
            retry_pause: duration(
              DEFAULT_FAILURES.retryPause,
              'From the failure to the next try. Flag: `--retry-pause`',
            ),
          },
        },
        gate: {
          type: 'object',
          additionalProperties: false,
          description: 'What a node that others wait for has to pass after its run',
          properties: {
            answer: duration(
              DEFAULT_GATE.answer,
              'How long it may take to answer again, as its run may have rebooted it. Flag: `--gate-answer`',
            ),
            timeout: duration(
              DEFAULT_GATE.check,
              'How long its checks may take to pass; they are made again until then. Flag: `--gate-timeout`',
            ),
            checks: {
              type: 'array',
              items: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  for: {
                    type: 'string',
                    minLength: 1,
                    description:
                      'Component or application, or the type of either, whose nodes are checked; default: all that others wait for',
                  },
                  tcp: {
                    type: 'integer',
                    minimum: 1,
                    maximum: 65535,
                    expected: 'a TCP port, 1 to 65535',
                    description: 'A port of the node that must take a connection',
                  },
                  command: {
                    type: 'array',
                    minItems: 1,
                    items: { type: 'string', minLength: 1 },
                    description:
                      'A program and its arguments, run here and without a shell; `{node}` is the certname',
                  },
                },
                oneOf: [{ required: ['tcp'] }, { required: ['command'] }],
                expected: 'a check with either `tcp` or `command`',
              },
              description:
                'What must pass after that: each has `tcp` or `command`, and `for`, see below. Flag: `--check`',
            },
          },
        },
        until: {
          ...TIME_OF_DAY,
          description:
            'Nothing new starts after this time of day, when it comes next; what runs is watched to its end. Flag: `--until`',
        },
        limits: {
          type: 'object',
          additionalProperties: false,
          description: 'Deadlines of a run: `90s`, `10m`, `1h`, or seconds',
          properties: {
            run: duration(limits.run, 'One Puppet run, from the request to its recorded end'),
            start: duration(limits.start, 'Until a run that was requested shows'),
            drain: duration(
              limits.drain,
              'Until a node that was busy when it was disabled is idle',
            ),
            settle: duration(
              limits.settle,
              'Idle must be seen again this long after the node was disabled',
            ),
            poll: duration(
              limits.poll,
              'At least so long between two questions to a node whose run is in flight; when it is asked follows from how long runs of this run take',
            ),
            silence: duration(
              limits.silence,
              'How long silence is borne after a deadline before the node counts as unknown',
            ),
          },
        },
      },
    },
    color: {
      enum: ['auto', 'always', 'never'],
      default: 'auto',
      description: 'Colours; `auto`: on a terminal, and where `NO_COLOR` is not set',
    },
  },
} as const

/** The configuration as a file holds it. */
export type ConfigDocument = FromSchema<typeof json>

export const configSchema = schema<ConfigDocument>(json)
