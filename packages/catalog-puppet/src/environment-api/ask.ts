import type { Environment } from '@choirmaster/core/provide'
import { type Ask, askServers, authority, openClient } from '@choirmaster/puppet-client'
import type { Identity } from '@choirmaster/puppet-identity'
import { readDocument } from './document.js'
import { refusal, type Question } from './refusal.js'

export interface AskEnvironment extends Omit<Ask, 'service' | 'path' | 'client'> {
  readonly environment: string
  readonly identity: Identity
}

/**
 * The environment as Puppet Server compiles it.
 * @throws coded errors `puppet-…`; the signal's reason.
 */
export async function askEnvironment(ask: AskEnvironment): Promise<Environment> {
  const { environment, identity } = ask
  const path = `/puppet/v3/environment/${environment}`
  const client = await openClient(identity)
  try {
    const { server, url, answer } = await askServers({
      ...ask,
      service: 'Puppet Server',
      path,
      client,
    })
    const question: Question = {
      environment,
      server: authority(server),
      url,
      commonName: identity.commonName,
    }
    if (answer.status !== 200) throw refusal(answer, question)
    return await readDocument(answer, question)
  } finally {
    await client.close()
  }
}
