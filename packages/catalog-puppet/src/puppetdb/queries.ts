/**
 * The queries, without what ends them (`order by … limit …` and the brace). Names go in unescaped: the options'
 * schema and Puppet's rule for environments leave nothing that could end a quoted text.
 */
export const queries = {
  /** PuppetDB leaves out nodes that are deactivated or have expired. */
  components: (type: string, environment: string): string =>
    `resources[certname, title, parameters, exported, file, line]{ type = '${type}' and environment = '${environment}'`,

  /** Certnames of components that are left out, each as often as it has some. */
  leftOut: (type: string, environment: string): string =>
    `resources[certname, title]{ type = '${type}' and environment = '${environment}' and nodes { node_state = 'inactive' }`,

  /** Resources of these types, exported and not. */
  resources: (types: readonly string[], environment: string): string =>
    `resources[certname, type, title, exported]{ type in [${types.map((type) => `'${type}'`).join(', ')}] and environment = '${environment}'`,

  /** Nodes whose catalog is of the environment, without those that PuppetDB holds for gone. */
  living: (environment: string): string =>
    `nodes[certname]{ catalog_environment = '${environment}'`,

  /** Nodes whose catalog is of the environment, with those that PuppetDB holds for gone. */
  nodes: (environment: string): string =>
    `nodes[certname, catalog_timestamp, report_timestamp, deactivated, expired]{ catalog_environment = '${environment}' and node_state = 'any'`,

  /** All nodes that PuppetDB holds for alive. */
  allNodes: (): string => `nodes[certname, catalog_environment]{`,
}
