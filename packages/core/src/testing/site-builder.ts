import type { Component, Environment, SourceEdge } from '../environment/environment.js'

export interface ComponentOptions {
  readonly produces?: readonly string[]
  readonly consumes?: readonly string[]
}

/** Writes an environment down step by step; each call returns the builder. */
export interface SiteBuilder {
  /** Begins an application; components that follow belong to it. Naming one again goes on with it. */
  application(reference: string): SiteBuilder
  component(reference: string, node: string, options?: ComponentOptions): SiteBuilder
  /** An order between two nodes that the source knows without components. */
  edge(from: string, to: string, origin?: string): SiteBuilder
  codeId(codeId: string | number | boolean | null): SiteBuilder
  build(): Environment
}

/**
 * @example site().application('Lamp[app1]')
 *            .component('Lamp::Mysql[app1]', 'db', { produces: ['Sql[app1]'] })
 *            .component('Lamp::Webapp[app1]', 'web', { consumes: ['Sql[app1]'] })
 *            .build()
 */
export function site(environment = 'production'): SiteBuilder {
  const applications = new Map<string, Map<string, Component>>()
  const edges: SourceEdge[] = []
  let current: Map<string, Component> | undefined
  let code: string | number | boolean | null = null
  const builder: SiteBuilder = {
    application(reference) {
      current = applications.get(reference) ?? new Map<string, Component>()
      applications.set(reference, current)
      return builder
    },
    component(reference, node, { produces = [], consumes = [] } = {}) {
      if (current === undefined) throw new Error(`${reference} belongs to no application`)
      current.set(reference, { produces, consumes, node })
      return builder
    },
    edge(from, to, origin = `${from} -> ${to}`) {
      edges.push({ from, to, origin })
      return builder
    },
    codeId(codeId) {
      code = codeId
      return builder
    },
    build: () => ({
      environment,
      applications: Object.fromEntries(
        [...applications].map(([name, components]) => [name, Object.fromEntries(components)]),
      ),
      ...(edges.length > 0 && { edges }),
      code_id: code,
    }),
  }
  return builder
}
