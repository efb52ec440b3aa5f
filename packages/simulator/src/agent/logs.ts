import { ENDINGS, type Ending } from '../node/endings.js'
import type { RunRecord } from '../node/node.js'
import { COMPILED_AFTER } from '../node/run.js'

/** A line of the report as `last_run_summary` gives it; times are the node's clock, seconds. */
interface LogLine {
  readonly [key: string]: string | number
  readonly level: string
  readonly msg: string
  readonly source: string
  readonly time: number
  readonly time_utc: number
}
type Draft = readonly [level: string, msg: string, source?: string]

const SERVER = 'https://puppet:8140/puppet/v3'
const REFUSED =
  'Failed to open TCP connection to puppet:8140 (Connection refused - connect(2) for "puppet" port 8140)'
const UNREACHABLE: Draft = [
  'err',
  `Connection to ${SERVER} failed, trying next route: Request to ${SERVER} failed after 0.002 seconds: ${REFUSED}\nWrapped exception:\n${REFUSED}`,
]
const SITE = '/etc/puppetlabs/code/environments/production/manifests/site.pp'

const retrieving: readonly Draft[] = [
  ['info', 'Retrieving pluginfacts'],
  ['info', 'Retrieving plugin'],
]

function pluginLines(ending: Ending): readonly Draft[] {
  if (ending === 'server-down' || ending === 'server-down-cached') {
    return [UNREACHABLE, ['err', 'No more routes to fileserver']]
  }
  if (ending === 'pluginsync-failure-cached') {
    const source = '/File[/opt/puppetlabs/puppet/cache/facts.d]'
    return [
      ...retrieving,
      [
        'err',
        "Failed to generate additional resources using 'eval_generate': Error 500 on SERVER: Internal Server Error",
        source,
      ],
      [
        'err',
        'Could not evaluate: Could not retrieve file metadata for puppet:///pluginfacts: Error 500 on SERVER: Internal Server Error',
        source,
      ],
    ]
  }
  return retrieving
}

function catalogLines(name: string, record: RunRecord): readonly Draft[] {
  const fallback: readonly Draft[] = [
    ['info', `Using cached catalog from environment '${record.environment ?? 'production'}'`],
    ['info', `Caching catalog for ${name}`],
  ]
  const compile: Draft = [
    'err',
    `Could not retrieve catalog from remote server: Error 500 on SERVER: Server Error: Evaluation Error: Error while evaluating a Function Call, the code for ${name} does not compile (file: ${SITE}, line: 7, column: 28) on node ${name}`,
  ]
  const down: readonly Draft[] = [
    UNREACHABLE,
    ['err', 'Could not retrieve catalog from remote server: No more routes to puppet'],
  ]
  const none: Draft = ['err', 'Could not retrieve catalog; skipping run']
  switch (record.ending) {
    case 'compile-failure':
      return [compile, none]
    case 'compile-failure-cached':
      return [compile, ...fallback]
    case 'server-down':
      return [...down, none]
    case 'server-down-cached':
      return [...down, ...fallback]
    case 'pluginsync-failure-cached':
      return fallback
    case 'prerun-failure':
      return [
        [
          'err',
          "Could not run command from prerun_command: Execution of '/usr/local/sbin/prerun' returned 1: ",
        ],
      ]
    default:
      return [['info', `Caching catalog for ${name}`]]
  }
}

function resourceLines(name: string, record: RunRecord): readonly Draft[] {
  const of = (title: string): string => `/Stage[main]/Main/Node[${name}]/Exec[${title}]/returns`
  const worked: Draft = ['notice', 'executed successfully', of(`work of ${name}`)]
  switch (record.ending) {
    case 'unchanged':
    case 'all-skipped':
      return []
    case 'noop':
      return [['notice', "current_value 'notrun', should be ['0'] (noop)", of(`work of ${name}`)]]
    case 'failed-resources': {
      const said = "'/usr/local/bin/work' returned 3 instead of one of [0]"
      const failing = Array.from({ length: record.failed }, (_, index): readonly Draft[] => {
        const title = `broken ${index + 1} of ${name}`
        // A failing exec logs twice, once with source Puppet.
        return [
          ['err', said],
          ['err', `change from 'notrun' to ['0'] failed: ${said}`, of(title)],
        ]
      })
      const skipped = `/Stage[main]/Main/Node[${name}]/File[/etc/work.conf]`
      return [
        worked,
        ...failing.flat(),
        ['notice', `Dependency Exec[broken 1 of ${name}] has failures: true`, skipped],
        ['warning', 'Skipping because of failed dependencies', skipped],
      ]
    }
    case 'failed-refresh':
      return [
        worked,
        [
          'err',
          "Failed to call refresh: '/usr/local/bin/work' returned 1 instead of one of [0]",
          `/Stage[main]/Main/Node[${name}]/Exec[reload of ${name}]`,
        ],
      ]
    case 'dependency-cycle': {
      const cycle = `(Exec[a of ${name}] => Exec[b of ${name}] => Exec[a of ${name}])`
      return [
        [
          'err',
          `Found 1 dependency cycle:\n${cycle}\nTry the '--graph' option and opening the resulting '.dot' file in OmniGraffle or GraphViz`,
        ],
        [
          'err',
          'Failed to apply catalog: One or more resource dependency cycles detected in graph',
        ],
      ]
    }
    case 'interrupted':
      return [['notice', 'Caught TERM; exiting']]
    case 'timed-out':
      return [
        ['err', "change from 'notrun' to ['0'] failed: execution expired", of(`work of ${name}`)],
      ]
    default:
      return [worked]
  }
}

/** The log records of a report; a daemon's runs log no info lines. */
export function reportLines(name: string, record: RunRecord | null): readonly LogLine[] {
  if (record === null) return []
  const shape = ENDINGS[record.ending]
  const lines: LogLine[] = []
  const put = (moment: number, drafts: readonly Draft[]): void => {
    const time = Math.floor((moment + record.offset) / 1000)
    for (const [level, msg, source = 'Puppet'] of drafts) {
      if (level === 'info' && !record.verbose) continue
      lines.push({ level, msg, source, time, time_utc: time })
    }
  }
  const span = record.written - record.locked
  put(record.locked, [['info', `Using environment '${record.environment ?? 'production'}'`]])
  put(record.locked, pluginLines(record.ending))
  put(
    record.locked + span * 0.2,
    Array.from({ length: record.facterErrors }, (): Draft => [
      'err',
      'Permission denied @ rb_sysopen - /proc/1/environ',
      'Facter',
    ]),
  )
  put(record.locked + span * COMPILED_AFTER, catalogLines(name, record))
  if (shape.catalog !== 'none') {
    put(record.locked + span * COMPILED_AFTER, [
      ['info', `Applying configuration version '${String(record.version)}'`],
    ])
    put(record.written, resourceLines(name, record))
  }
  if (shape.applied) {
    const seconds = ((span * (1 - COMPILED_AFTER - 0.05)) / 1000).toFixed(2)
    put(record.written, [['notice', `Applied catalog in ${seconds} seconds`]])
  }
  if (record.ending === 'postrun-failure') {
    put(record.written, [
      [
        'err',
        "Could not run command from postrun_command: Execution of '/usr/local/sbin/postrun' returned 1: ",
      ],
    ])
  }
  return lines
}
