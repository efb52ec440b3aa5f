import type { Environment } from '../environment/environment.js'
import { site } from './site-builder.js'

/** So many LAMP applications, each with a database and `webs` web servers on nodes of their own. */
export function lampSite(applications: number, webs = 9): Environment {
  const builder = site()
  for (let number = 1; number <= applications; number++) {
    const sql = `Sql[app${number}]`
    builder.application(`Lamp[app${number}]`)
    builder.component(`Lamp::Mysql[app${number}]`, `db${number}.example.net`, { produces: [sql] })
    for (let web = 1; web <= webs; web++) {
      const name = `Lamp::Webapp[app${number}-${web}]`
      builder.component(name, `web${number}-${web}.example.net`, { consumes: [sql] })
    }
  }
  return builder.build()
}
