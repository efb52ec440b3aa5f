import { resolve } from 'node:path'
import { schema, type Provider } from '@choirmaster/core/provide'
import { readSite } from './read-site.js'

export interface FileCatalogOptions {
  /** Of the site file; relative: to the folder of the file that named it. */
  readonly path: string
}

/** Catalog source `file`: the graph of one environment from a file, read anew each time. */
export const fileCatalog: Provider<'catalog', FileCatalogOptions> = {
  kind: 'catalog',
  name: 'file',
  summary: 'A site file: YAML, or JSON as the environment API of Puppet answers it',
  options: schema<FileCatalogOptions>({
    type: 'object',
    additionalProperties: false,
    required: ['path'],
    properties: { path: { type: 'string', minLength: 1, description: 'The site file' } },
  }),
  open: (options, host) =>
    Promise.resolve({
      environment: (environment, { signal }) =>
        readSite(resolve(host.baseDir, options.path), { environment, name: options.path, signal }),
    }),
}
