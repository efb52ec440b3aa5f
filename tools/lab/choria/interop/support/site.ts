import type { Environment } from '@choirmaster/core'

/** Applications on these nodes: the first of each has what all the others consume. */
export function site(applications: Readonly<Record<string, readonly string[]>>): Environment {
  const named = Object.entries(applications).map(([application, nodes]) => {
    const capability = `Sql[${application.replace(/\W/g, '_')}]`
    const components = nodes.map((node, index) => {
      const [produces, consumes] = index === 0 ? [[capability], []] : [[], [capability]]
      return [`Part[${node}]`, { node, produces, consumes }] as const
    })
    return [application, Object.fromEntries(components)] as const
  })
  return { environment: 'production', applications: Object.fromEntries(named) }
}
