import { resolve } from 'node:path'
import { fail } from './errors.js'
import type { ConfigFlags } from './flag-settings.js'
import { put, setting, type Setting } from './setting.js'

/** The catalogs that ask servers of Puppet as the operator. */
const OPERATOR_CATALOGS: ReadonlySet<unknown> = new Set(['puppet', 'puppetdb'])

/**
 * Adds what `--choria-config` and `--collective` set: the file is that of the one identity of the operator, towards
 * Choria, a store on its broker, Puppet Server and PuppetDB, so each provider that reads it gets it.
 * @throws CodedError `config-conflict` for a file that no chosen provider reads
 */
export function withChoriaFlags(
  settings: readonly Setting[],
  flags: ConfigFlags,
  cwd: string,
): readonly Setting[] {
  const { collective, 'choria-config': file } = flags
  let all = settings
  const add = (path: readonly string[], value: string, origin: string): void => {
    // `--set` is the last word.
    const said = all.some((one) => one.layer === 'flag' && one.path.join('.') === path.join('.'))
    if (!said) all = put(all, setting(path, value, 'flag', origin))
  }
  if (collective !== undefined) add(['transport', 'collective'], collective, '--collective')
  if (file === undefined) return all
  const chosen = (kind: string): unknown =>
    settings.find(({ path }) => path.join('.') === `${kind}.use`)?.value
  const transport = chosen('transport') ?? 'nats'
  const readers = [
    ...(transport === 'nats' ? ['transport'] : []),
    ...(OPERATOR_CATALOGS.has(chosen('catalog')) ? ['catalog'] : []),
    ...(chosen('witness') === 'puppetdb' ? ['witness'] : []),
    ...(chosen('store') === 'nats' ? ['store'] : []),
  ]
  for (const kind of readers) add([kind, 'choriaConfig'], resolve(cwd, file), '--choria-config')
  if (readers.length > 0) return all
  throw fail('config-conflict', {
    message: `--choria-config is of no use: the transport ${String(transport)} reads no Choria configuration`,
    place: '--choria-config',
    hint: 'Leave it out, or say --transport nats.',
  })
}
