/** One answer of a DNS SRV lookup, as RFC 2782 names its parts. */
export interface SrvRecord {
  readonly priority: number
  readonly weight: number
  readonly port: number
  /** Host name; may end in a dot. `.` alone means that the service is decidedly not offered. */
  readonly name: string
}

/** What the identity is found from: the one place where this package touches the machine. Real: `nodeSystem()`. */
export interface System {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home folder. */
  readonly home: string
  /** Login name, for when the environment has no `USER` (cron). */
  readonly user: string
  /** Whether the effective user is root. */
  readonly root: boolean
  /** As the kernel has it: with or without a domain. */
  readonly hostname: string
  readonly cwd: string
  /** A file's text; undefined when it does not exist. Rejects with Node's error when it cannot be read. */
  readFile(path: string): Promise<string | undefined>
  /** SRV records of a name, in no order; none when there are none. Rejects when DNS does not answer. */
  srv(name: string): Promise<readonly SrvRecord[]>
  /** A setting as the `puppet` command prints it; undefined without that command. */
  puppetSetting(name: string): Promise<string | undefined>
}
