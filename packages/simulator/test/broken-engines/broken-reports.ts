import type { RunReport } from '@choirmaster/core'

export function swapped(whole: RunReport, from: string, to: 'changed' | 'unchanged'): RunReport {
  const nodes = Object.entries(whole.nodes).map(([name, node]) => [
    name,
    node.result === from ? { ...node, result: to } : node,
  ])
  return { ...whole, nodes: Object.fromEntries(nodes) as RunReport['nodes'] }
}

export function withoutOne<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).slice(1))
}

/** Of no lock it is said how it is. */
export function knowsNoLock(whole: RunReport): RunReport {
  const names = Object.keys(whole.nodes)
  const left = {
    lock: 'unknown' as const,
    reason: 'nobody knows',
    command: `choirmaster enable --run ${whole.run}`,
  }
  return {
    ...whole,
    exit: 7,
    nodes: Object.fromEntries(
      Object.entries(whole.nodes).map(([name, node]) => [name, { ...node, lock: 'unknown' }]),
    ),
    left_disabled: Object.fromEntries(names.map((name) => [name, left])),
  }
}

export function blamesTheFirst(whole: RunReport): RunReport {
  const [first = ''] = Object.keys(whole.nodes)
  const nodes = Object.entries(whole.nodes).map(([name, node]) => [
    name,
    node.result === 'skipped' ? { ...node, because: first } : node,
  ])
  return { ...whole, nodes: Object.fromEntries(nodes) as RunReport['nodes'] }
}

export function blamesNobody(whole: RunReport): RunReport {
  const nodes = Object.entries(whole.nodes).map(([name, node]) => [
    name,
    { ...node, because: null },
  ])
  return { ...whole, nodes: Object.fromEntries(nodes) as RunReport['nodes'] }
}
