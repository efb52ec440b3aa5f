import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Network } from '../lib/network.mjs'
import { DEV1, useNetwork } from './support/network.js'

interface Said {
  readonly code: number
  readonly text: string
  readonly data: Record<string, unknown>
}
interface Line {
  readonly level: string
  readonly source: string
}
interface Summary {
  readonly resources: object
  readonly events: object
  readonly changes: object
  readonly time: object
}

/** What the real plugin 2.5.0 over Puppet 7.23 answered behind a real server. */
function real(name: string): Said {
  const file = `../../../../packages/agent-puppet/test/fixtures/real/${name}.json`
  const { replies } = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))
  const [{ statuscode, statusmsg, data }] = replies
  return { code: statuscode, text: statusmsg, data }
}

const MESSAGE = 'app-orch run=01J9ZQ4Y7M3T8V2K5N6P7R8S9T by ops'

describe('the stand-in for the puppet agent', () => {
  const network = useNetwork({ nodes: [DEV1] })
  beforeEach(() => network().reset())

  const ask = async (action: string, ...inputs: readonly string[]): Promise<Said> => {
    const [said] = await network().ask(action, [DEV1], inputs)
    return said as Said
  }
  const applying = async (): Promise<void> => {
    await network().node(DEV1).script({ before: 0, apply: 20 })
    await ask('runonce', 'force=true')
    await expect.poll(() => lastNote(network())).toBe('start')
  }

  it('answers the plain actions as the real one does', async () => {
    const said: Record<string, Said> = {
      status_one_stopped: await ask('status'),
      disable: await ask('disable', `message=${MESSAGE}`),
      status_disabled: await ask('status'),
      disable_again: await ask('disable', 'message=another'),
      runonce_disabled: await ask('runonce', 'force=true'),
      enable: await ask('enable'),
      enable_again: await ask('enable'),
      runonce: await ask('runonce', 'force=true'),
    }
    for (const [name, one] of Object.entries(said)) {
      expect({ [name]: shape(one) }).toEqual({ [name]: shape(real(name)) })
    }
  })

  it('answers as the real one does while a run is on', async () => {
    await applying()
    const said: Record<string, Said> = {
      status_applying: await ask('status'),
      runonce_while_applying: await ask('runonce', 'force=true'),
      disable_while_applying: await ask('disable', `message=${MESSAGE}`),
      status_disabled_while_applying: await ask('status'),
      runonce_disabled_while_applying: await ask('runonce', 'force=true'),
    }
    for (const [name, one] of Object.entries(said)) {
      expect({ [name]: shape(one) }).toEqual({ [name]: shape(real(name)) })
    }
  })

  it.each([
    ['changed', 'summary_good_logs'],
    ['failed', 'summary_failed'],
    ['cached', 'summary_compile_cached'],
    ['nocatalog', 'summary_compile_nocache'],
  ] as const)('records a run that ended as %s as Puppet does', async (outcome, name) => {
    await network().node(DEV1).script({ before: 0, apply: 0.2, outcome })
    await ask('runonce', 'force=true')
    await expect.poll(() => lastNote(network())).toBe('end')
    const said = await ask('last_run_summary', 'logs=true')
    expect(recordOf(said)).toEqual(recordOf(real(name)))
  })
})

async function lastNote(network: Network): Promise<string | undefined> {
  return (await network.node(DEV1).runs()).at(-1)?.what
}

/** The same without what differs from node to node: figures, times, and where Puppet lies. */
function shape({ code, text, data }: Said): object {
  const plain = JSON.stringify({ text, data })
    .replace(/(?:\\\\)?[\w/]*puppet agent(?: --config \S+)?/, 'puppet agent')
    .replace(/completed run .*? ago/, 'completed run AGE ago')
    .replace(/:\d{3,}/g, ':N')
    .replace(/"(since_lastrun|lastrun)":\d+/g, '"$1":N')
  return { code, ...(JSON.parse(plain.replace(/:N/g, ':0')) as object) }
}

/** What verdicts are made of: counts, which times there are, the lines that are no plain news. */
function recordOf({ code, data }: Said): object {
  const { resources, events, changes, time } = data['summary'] as Summary
  const lines = data['logs'] as readonly Line[]
  return {
    code,
    keys: Object.keys(data).sort(),
    version: typeof data['config_version'],
    ...{ resources, events, changes },
    times: Object.keys(time).sort(),
    lines: lines
      .filter(({ level, source }) => /err|warning/.test(level) && source !== 'Facter')
      .map(({ level, source }) => `${level} ${source.replace(/\[.*/s, '')}`),
  }
}
