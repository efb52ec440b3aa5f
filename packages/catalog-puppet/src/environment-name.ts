import { catalogError } from './errors.js'

/** What is asked for when nobody named an environment: Puppet's own default. */
export const DEFAULT_ENVIRONMENT = 'production'

/**
 * Puppet's rule for names; Puppet Server checks the same before it looks at anything else.
 * @throws puppet-environment-name
 */
export function checkName(environment: string): void {
  if (/^\w+$/.test(environment)) return
  throw catalogError('puppet-environment-name', {
    message: `${JSON.stringify(environment)} is no name of an environment`,
    place: '--environment',
  })
}
