import { PUPPET_SERVER, PUPPETDB } from '@choirmaster/puppet-identity'
import { authority } from './address.js'
import { puppetError } from './errors.js'
import type { Probe } from './examine.js'
import { readJson } from './json.js'
import { puppetMessage } from './message.js'
import { refusal } from './puppetdb/refusal.js'

/** Anybody may ask it, by the rule `puppetlabs status service - simple` that Puppet Server is shipped with. */
export const PUPPET_SERVER_PROBE: Probe = {
  service: PUPPET_SERVER,
  name: 'Puppet Server',
  path: '/status/v1/simple',
  accept: 'text/plain',
  read({ answer, server, url: place }) {
    const { text } = puppetMessage(answer)
    if (answer.status === 200) return text
    // 503: `starting`, `error`; a rule may be missing where auth.conf is the site's own.
    throw puppetError('puppet-answer-unexpected', {
      message: `${authority(server)} does not say that it runs (${answer.status}): ${text}`,
      place,
    })
  },
}

/** Refused like all else to a certificate that is not on PuppetDB's list. */
export const PUPPETDB_PROBE: Probe = {
  service: PUPPETDB,
  name: 'PuppetDB',
  path: '/pdb/meta/v1/version',
  accept: 'application/json',
  read({ answer, server, url }, { identity }) {
    const source = { server: authority(server), url }
    if (answer.status !== 200) throw refusal(answer, source, identity.commonName)
    const { version } = (readJson(answer, source) ?? {}) as { readonly version?: unknown }
    if (typeof version === 'string') return `version ${version}`
    throw puppetError('puppet-answer-malformed', {
      message: `${authority(server)} answered with JSON that is no version`,
      place: url,
    })
  },
}
