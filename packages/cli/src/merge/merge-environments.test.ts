import { isCodedError, makePlan, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { site } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { mergeEnvironments } from './merge-environments.js'

type Built = ReturnType<typeof site>

const db = () =>
  site()
    .application('Lamp[a]')
    .component('Db[a]', 'db', { produces: ['Sql[a]'] })
const web = () =>
  site()
    .application('Lamp[a]')
    .component('Web[a]', 'web', { consumes: ['Sql[a]'] })

const merge = (file: Built, puppetdb: Built) =>
  mergeEnvironments([
    { source: 'file', environment: file.build() },
    { source: 'puppetdb', environment: puppetdb.build() },
  ])

function problems(file: Built, puppetdb: Built): unknown {
  try {
    merge(file, puppetdb)
  } catch (error) {
    if (isCodedError(error)) return error.problems.map(({ code, message }) => [code, message])
    throw error
  }
  return []
}

describe('several sources make one graph', () => {
  it('with the components and orders of each, and where each is from', () => {
    const { environment, origins } = merge(db().edge('web', 'log', 'by hand'), web())
    const plan = makePlan(environment, WHOLE_SITE, sha256)
    expect(plan.nodes).toEqual(['db', 'log', 'web'])
    expect(plan.because(2, 1)).toMatchObject([{ capability: 'by hand (file)' }])
    expect(plan.because(0, 2)).toMatchObject([{ capability: 'Sql[a]' }])
    expect([...origins]).toEqual([
      ['Db[a]', ['file']],
      ['Web[a]', ['puppetdb']],
    ])
  })

  it('where a component that both declare has what either says', () => {
    const more = site()
      .application('Lamp[a]')
      .component('Db[a]', 'db', { produces: ['Log[a]', 'Sql[a]'], consumes: ['Disk[a]'] })
    const { environment, origins } = merge(db(), more)
    expect(environment.applications['Lamp[a]']?.['Db[a]']).toEqual({
      ...{ node: 'db', produces: ['Sql[a]', 'Log[a]'], consumes: ['Disk[a]'] },
    })
    expect(origins.get('Db[a]')).toEqual(['file', 'puppetdb'])
  })

  it('with the code of the one that tells it', () => {
    expect(merge(db(), web().codeId('3f9c')).environment.code_id).toBe('3f9c')
  })
})

describe('what contradicts', () => {
  it('is told all at once, with both sources', () => {
    const other = site('testing')
      .codeId('b')
      .application('Lamp[a]')
      .component('Db[a]', 'db2')
      .component('Db[b]', 'db3', { produces: ['Sql[a]'] })
    expect(problems(db().codeId('a'), other)).toEqual([
      ['merge-environment', 'file has production and puppetdb has testing'],
      ['merge-code', 'file has a and puppetdb has b'],
      ['merge-component', 'Db[a] is on db (file) and on db2 (puppetdb)'],
      ['merge-capability', 'Sql[a] is produced by Db[a] (file) and by Db[b] (puppetdb) on db3'],
    ])
  })

  it('is no double producer of one source, which that one bears', () => {
    const twice = db().component('Db[b]', 'db2', { produces: ['Sql[a]'] })
    expect(problems(twice, web())).toEqual([])
  })

  it('are orders against each other, which the plan finds and names with their sources', () => {
    const { environment } = merge(db().edge('web', 'db', 'by hand'), web())
    expect(() => makePlan(environment, WHOLE_SITE, sha256)).toThrow(/by hand \(file\)/)
  })
})
