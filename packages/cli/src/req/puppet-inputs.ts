export type InputType = 'string' | 'boolean' | 'number'

/** Inputs of the puppet agent by action: plugin 2.5.0, puppet.json. */
export const PUPPET_INPUTS: Readonly<Record<string, Readonly<Record<string, InputType>>>> = {
  disable: { message: 'string' },
  last_run_summary: { logs: 'boolean' },
  runonce: {
    force: 'boolean',
    server: 'string',
    tags: 'string',
    skip_tags: 'string',
    noop: 'boolean',
    splay: 'boolean',
    splaylimit: 'number',
    environment: 'string',
    use_cached_catalog: 'boolean',
    // Not in the DDL, honoured by the code.
    ignoreschedules: 'boolean',
  },
  resource: { name: 'string', type: 'string', environment: 'string' },
}
