/** The last resource of a path, and its property where there is one. */
export interface ResourcePath {
  readonly type: string
  readonly title: string
  readonly property: string | undefined
}

const END = /\](?:\/([a-z_]\w*))?$/
const TYPE = /\/([A-Z][A-Za-z0-9_:]*)\[/y

/**
 * Reads the source of a log line that is a resource's, `/Stage[main]/Nginx/File[/etc/nginx/nginx.conf]/content`. Containers
 * have no path and give undefined: `Class[Nginx]`, `Apt::Source[x]`, `Stage[main]`, and a folder that is managed with all
 * below it, `/etc/apt`. A title may hold slashes, brackets and line ends: the last that looks like a resource is the one.
 * In time that grows with the length only, since a node may send anything.
 */
export function resourcePath(source: string): ResourcePath | undefined {
  const end = END.exec(source)
  if (end === null || !source.startsWith('/Stage[')) return undefined
  const line = source.indexOf('\n')
  const last = line === -1 ? end.index : Math.min(line, end.index)
  for (let at = source.lastIndexOf('/', last); at > 0; at = source.lastIndexOf('/', at - 1)) {
    TYPE.lastIndex = at
    const type = TYPE.exec(source)?.[1]
    if (type === undefined) continue
    return { type, title: source.slice(TYPE.lastIndex, end.index), property: end[1] }
  }
  return undefined
}
