import { systemClock, systemRandom } from '@choirmaster/core/system'
import { lampSite } from '@choirmaster/core/testing'
import { nodeSystem } from '@choirmaster/puppet-identity'
import { catalogKit } from '@choirmaster/testkit'
import { describe, test } from 'vitest'
import { puppetDbCatalogOf } from '../src/puppetdb/provider.js'
import { component, servePuppetDb } from './puppetdb-server.js'
import { TLS } from './server.js'

describe('PuppetDB keeps the contract of catalog sources', () => {
  catalogKit(test, async () => {
    const holds = lampSite(2)
    const resources = Object.entries(holds.applications).flatMap(([application, components]) =>
      Object.entries(components).map(([title, { node, ...lists }]) =>
        component(node, title, application, lists),
      ),
    )
    const { url } = await servePuppetDb({ resources })
    const host = {
      baseDir: '/nowhere',
      // The certificates are valid now and for a hundred years.
      clock: systemClock(),
      random: systemRandom(),
      notice: () => undefined,
    }
    const options = { url, ssldir: `${TLS}ssl`, certname: 'rip.mcollective' }
    const call = { signal: new AbortController().signal }
    return { source: await puppetDbCatalogOf(nodeSystem).open(options, host, call), holds }
  })
})
