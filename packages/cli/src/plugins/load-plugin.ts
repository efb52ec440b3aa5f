import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { messageOf } from '@choirmaster/core'
import type { PluginReference } from '../config/resolve-config.js'
import { fail } from './errors.js'

/**
 * Imports the package or file that a configuration names, resolved as an import in that file would be.
 * @returns what it exports by default, unchecked
 * @throws CodedError `plugin-not-found`, `plugin-failed`
 */
export async function loadPlugin(reference: PluginReference): Promise<unknown> {
  const url = isPath(reference.specifier) ? await fileUrl(reference) : await packageUrl(reference)
  try {
    const module = (await import(url)) as { readonly default?: unknown }
    return module.default
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw fail('plugin-failed', {
      message: `The plugin ${reference.specifier} cannot be loaded: ${reason}`,
      place: reference.place,
      cause,
    })
  }
}

function isPath(specifier: string): boolean {
  return /^(?:\.{0,2}\/|file:)/.test(specifier)
}

async function fileUrl({ specifier, folder, place }: PluginReference): Promise<string> {
  const path = specifier.startsWith('file:') ? fileURLToPath(specifier) : resolve(folder, specifier)
  try {
    await access(path)
  } catch (cause) {
    const hint = 'Correct the path; it starts at the folder of the configuration file.'
    const message = `The plugin ${specifier} is not there: looked for ${path}`
    throw fail('plugin-not-found', { message, place, hint, cause })
  }
  return pathToFileURL(path).href
}

/** `createRequire` fails on packages that can only be imported, and Node 20's own `import.meta.resolve` ignores its base. */
async function packageUrl({ specifier, folder, place }: PluginReference): Promise<string> {
  const { resolve: resolveImport } = await import('import-meta-resolve')
  try {
    const url = resolveImport(specifier, pathToFileURL(join(folder, 'choirmaster.yaml')).href)
    // A URL with another scheme, `node:` above all, resolves to itself.
    if (url.startsWith('file:')) return url
    throw new Error('it is not a package')
  } catch (cause) {
    const reason = messageOf(cause)
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    throw fail('plugin-not-found', {
      message: missing
        ? `The plugin ${specifier} is not installed: looked in ${join(folder, 'node_modules')} and in those of the folders above`
        : `The plugin ${specifier} cannot be resolved from ${folder}: ${reason}`,
      place,
      hint: `Install it there: \`npm install --prefix ${folder} ${specifier}\`; a file of your own is named by a path such as ./${specifier}.js.`,
      cause,
    })
  }
}
