import { describe, expect, it } from 'vitest'
import { exportedEdges } from './exported-edges.js'

const row = (certname: unknown, title: string, exported: boolean, type = 'Haproxy::Member') => ({
  ...{ certname, type, title, exported },
})

function edgesOf(...rows: ReturnType<typeof row>[]) {
  const sink = exportedEdges()
  sink.add(rows)
  return sink.edges()
}

describe('exported resources', () => {
  it('make each node that collected one wait for the node that exports it', () => {
    expect(
      edgesOf(row('lb', 'web1', false), row('web1', 'web1', true), row('lb2', 'web1', false)),
    ).toEqual([
      { from: 'web1', to: 'lb', origin: 'exported Haproxy::Member[web1]' },
      { from: 'web1', to: 'lb2', origin: 'exported Haproxy::Member[web1]' },
    ])
  })

  it('make no node wait for itself, and none where nobody collected', () => {
    expect(edgesOf(row('a', 'x', true), row('a', 'x', false), row('b', 'y', true))).toEqual([])
  })

  it('are told apart by type, and from what is declared and never exported', () => {
    expect(
      edgesOf(row('a', 'x', true), row('b', 'x', false, 'Other'), row('c', 'y', false)),
    ).toEqual([])
  })

  it('of two nodes that export one are both waited for', () => {
    const froms = edgesOf(row('a', 'x', true), row('b', 'x', true), row('c', 'x', false))
    expect(froms.map(({ from }) => from)).toEqual(['a', 'b'])
  })

  it('on what can be no node are left out', () => {
    expect(edgesOf(row(null, 'x', true), row('*', 'x', false), row('b', 'x', false))).toEqual([])
  })
})
