import { environmentBuilder, type EnvironmentBuilder } from '@choirmaster/core'
import type { Environment, SourceEdge } from '@choirmaster/core/provide'
import type { Row } from '@choirmaster/puppet-client'
import type { Sink } from './pages.js'

/** Takes components and makes the graph of them. */
export interface QuickGraph extends Sink {
  /** How many rows there were. */
  readonly rows: number
  /**
   * The graph, with these edges beside those of the components; undefined where something is wrong with the
   * components: `problemFinder` says what.
   */
  build(edges: readonly SourceEdge[]): Environment | undefined
}

/**
 * The quick question: the graph, if nothing is wrong with it. Rows are not kept, and not looked at one by one, as each
 * look at 50,000 texts takes a tenth of the time that it takes to parse them: core gives each different name a number
 * and looks at it then, and what is produced or declared twice shows in numbers.
 */
export function quickGraph(environment: string): QuickGraph {
  const builder = environmentBuilder(environment)
  let rows = 0
  return {
    get rows() {
      return rows
    },
    add(page) {
      rows += page.length
      for (const row of page) addRow(builder, row)
    },
    build: (edges) => builder.build(edges),
  }
}

// No closure, as V8 would compile that anew for each graph.
function addRow(builder: EnvironmentBuilder, row: Row): void {
  const { certname: node, title: component, parameters } = row
  // Of something else than a hash there is no application, which core refuses.
  const { application, produces, consumes } = (parameters ?? {}) as Row
  builder.add({ application, component, node, produces, consumes })
}
