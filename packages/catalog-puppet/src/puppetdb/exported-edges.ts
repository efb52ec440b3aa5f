import type { SourceEdge } from '@choirmaster/core/provide'
import type { Row } from '@choirmaster/puppet-client'
import type { Sink } from './pages.js'
import { CERTNAME } from './reference.js'

/** Takes resources of types that are exported and collected, and finds who waits for whom. */
export interface ExportedEdges extends Sink {
  /** The exporting node before each that collected from it; an exported resource that nobody collected gives none. */
  edges(): readonly SourceEdge[]
}

const isNode = (certname: unknown): certname is string =>
  typeof certname === 'string' && CERTNAME.test(certname)

/**
 * A node that collects a resource needs the node that exports it to be done: it would collect what that node was
 * last compiled as. PuppetDB holds the original (`exported: true`) and each collected copy under one type and title.
 */
export function exportedEdges(): ExportedEdges {
  const exporters = new Map<string, string[]>()
  const copies: { readonly name: string; readonly node: string }[] = []
  return {
    add(rows: readonly Row[]) {
      for (const { certname: node, type, title, exported } of rows) {
        if (!isNode(node)) continue
        const name = `${String(type)}[${String(title)}]`
        if (exported !== true) copies.push({ name, node })
        else if (!exporters.get(name)?.push(node)) exporters.set(name, [node])
      }
    },
    edges: () =>
      copies.flatMap(({ name, node }) =>
        (exporters.get(name) ?? [])
          .filter((from) => from !== node)
          .map((from) => ({ from, to: node, origin: `exported ${name}` })),
      ),
  }
}
