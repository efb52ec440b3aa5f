/** Something that cannot be used, given to the command. */
export interface BadCase {
  readonly name: string
  /** Command and its own arguments; the harness adds where the fleet's log and the store are. Default: a run of site.yaml. */
  readonly argv?: readonly string[]
  /** Written before, by path below the folder that the command is started in. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Run before, with what it prints dropped. */
  readonly before?: readonly string[]
  readonly code: string
  /** Default: 1. */
  readonly exit?: 3
  /** The whole place, or what it must match. */
  readonly place: string | RegExp
}

/** A site that is as it should be. */
export const SITE = `environment: production
applications:
  Shop[main]:
    Shop::Db[main]: { node: db1.example.net, produces: ['Sql[main]'] }
    Shop::Web[one]: { node: web1.example.net, consumes: ['Sql[main]'] }
  Blog[main]:
    Blog::Web[main]: { node: web2.example.net, consumes: ['Sql[main]'] }
`

/** A run of site.yaml. */
export const RUN: readonly string[] = ['run', '--site', 'site.yaml', '--yes']
