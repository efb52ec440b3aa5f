import { type CatalogSource, makePlan, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { site } from '@choirmaster/core/testing'
import { virtualClock } from '@choirmaster/simulator'
import { describe, expect, it } from 'vitest'
import { edgesSince, notHonoured } from './edges-since.js'

const base = () =>
  site()
    .application('Lamp[a]')
    .component('Db[a]', 'db', { produces: ['Sql[a]'] })
    .component('Web[a]', 'web', { consumes: ['Sql[a]'] })
    .component('Log[a]', 'log')
const plan = (built = base()) => makePlan(built.build(), WHOLE_SITE, sha256)

describe('orders that appear under a run', () => {
  it('are told where the run did not happen to keep them', () => {
    expect(notHonoured(plan(), plan(base().edge('log', 'db', 'exported Host[x]')))).toEqual([
      {
        from: 'log',
        to: 'db',
        because: [{ capability: 'exported Host[x]', producer: 'log', consumer: 'db' }],
      },
    ])
  })

  it('are not told where an earlier group ran first, or the plan had them', () => {
    expect(notHonoured(plan(), plan(base().edge('log', 'web')))).toEqual([])
    expect(notHonoured(plan(), plan())).toEqual([])
  })

  it('are not told of nodes that did not run', () => {
    expect(notHonoured(plan(), plan(base().edge('new', 'db')))).toEqual([])
  })

  const never = new AbortController().signal
  const ran = (source: CatalogSource, of = plan(), left = never) => {
    const warnings: string[] = []
    const session = { openCatalog: async () => source }
    const catalog = { provider: 'x', options: {}, base_dir: '/', environment: null }
    const warn = (line: string): void => void warnings.push(line)
    return {
      warnings,
      since: edgesSince({ session, catalog, plan: of, left, clock: virtualClock(0), warn }),
    }
  }

  it('are not looked for in a source that no run changes', async () => {
    const environment = async () => Promise.reject(new Error('not asked'))
    const { since, warnings } = ran({ environment })
    expect(await since).toEqual([])
    expect(warnings).toEqual([])
  })

  it('are looked for in what was selected, as far as it is there still', async () => {
    const narrowed = makePlan(
      base().application('Gone[b]').component('B[b]', 'log').build(),
      { instances: ['Lamp[a]', 'Gone[b]'], assumeDone: [], exclude: ['web'] },
      sha256,
    )
    const after = base()
      .component('Db[b]', 'db', { consumes: ['Log[a]'] })
      .component('Log[b]', 'log', { produces: ['Log[a]'] })
    const source = { environment: async () => base().build(), afterRun: async () => after.build() }
    expect(await ran(source, narrowed).since).toMatchObject([{ from: 'log', to: 'db' }])
  })

  it('are not known where the graph cannot be planned any more, which is told', async () => {
    const after = base().edge('log', 'db').edge('db', 'log')
    const source = { environment: async () => base().build(), afterRun: async () => after.build() }
    const { since, warnings } = ran(source)
    expect(await since).toEqual([])
    expect(warnings.join()).toContain('is not known: Nodes wait for each other in a circle')
  })

  it('are not waited for longer than a minute, nor once nobody wants to', async () => {
    const signals: AbortSignal[] = []
    const source: CatalogSource = {
      environment: async () => base().build(),
      afterRun(_, { signal }) {
        signals.push(signal)
        return new Promise(() => {})
      },
    }
    for (const [left, why] of [
      [never, 'within a minute'],
      [AbortSignal.abort('Ctrl-C'), 'interrupted'],
    ] as const) {
      const { since, warnings } = ran(source, plan(), left)
      expect(await since).toEqual([])
      expect(warnings).toEqual([expect.stringContaining(`is not known: `)])
      expect(warnings[0]).toContain(why)
      expect(signals.at(-1)?.aborted).toBe(true)
    }
  })
})
