import { describe, expect, it } from 'vitest'
import { codeChanged } from './code-changed.js'
import type { NodeReport } from './report-types.js'

const nodeOf = (evidence: NodeReport['evidence']): NodeReport => ({
  result: 'changed',
  lock: 'released',
  reason: '',
  code: 'puppet-changed',
  evidence,
  warnings: [],
  attempts: 1,
  because: null,
  seconds: 1,
})
const changed = (versions: Readonly<Record<string, string | null>>) =>
  codeChanged(
    Object.fromEntries(
      Object.entries(versions).map(([node, version]) => [
        node,
        nodeOf({ config_version: version }),
      ]),
    ),
  )

describe('the code that nodes ran', () => {
  it('is told by version where there are several', () => {
    expect(changed({ a: '3f9c1d2', b: '8e21aa0', c: '3f9c1d2' })).toEqual({
      '3f9c1d2': ['a', 'c'],
      '8e21aa0': ['b'],
    })
  })

  it.each([
    ['is one version', { a: '3f9c1d2', b: '3f9c1d2' }],
    ['has moments of compilation for versions', { a: '1790000000', b: '1790000017' }],
    ['is not told by nodes without a catalog', { a: '3f9c1d2', b: '', c: 'unknown', d: null }],
    ['was run by nobody', {}],
  ])('is not told where it %s', (_, versions) => {
    expect(changed(versions as Record<string, string | null>)).toBe(undefined)
  })

  it('is not told by nodes that were not judged', () => {
    expect(codeChanged({ a: nodeOf({}), b: nodeOf({ config_version: 'x' }) })).toBe(undefined)
  })
})
