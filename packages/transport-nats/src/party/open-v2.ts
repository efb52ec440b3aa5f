import { pathSetting, secret } from '@choirmaster/puppet-identity'
import { trustedKeys } from '../choria-config/issuers.js'
import { loadToken, readText } from '../choria-config/tokens.js'
import type { TlsSettings } from '../connection/tls.js'
import { tokenLogin, type OperatorToken } from '../signer/operator-token.js'
import { httpPost } from '../signer/post.js'
import { remoteSigner } from '../signer/remote.js'
import type { Signer } from '../signer/signer.js'
import { tokenSigner } from '../signer/token.js'
import type { ReplyCheck } from '../wire/v2/reply.js'
import { createTrust } from '../wire/v2/trust.js'
import { wireV2 } from '../wire/v2/wire.js'
import { signerUrl, warnOfEnd, type Party, type PartySources } from './party.js'

const PREFIX = 'plugin.security.choria'

/** The operator with a token. @throws coded errors of this transport */
export async function openV2(sources: PartySources): Promise<Party> {
  const { config, settings, system, host } = sources
  const now = host.clock.now()
  const url = signerUrl(settings)
  const allowed = url === undefined ? OWN : DELEGATED
  const token = await loadToken(settings, system, PREFIX, allowed, now)
  warnOfEnd(host, `The token of ${token.caller}`, token.validUntil, now)
  const tls = await tlsOf(sources)
  return {
    caller: token.caller,
    validUntil: token.validUntil,
    wire: wireV2(signerOf(token, url, tls), config.identity, replyCheck(sources), host.clock),
    tls,
    login: tokenLogin(token),
  }
}

const OWN = ['fleet_management'] as const
const DELEGATED = ['fleet_management', 'signed_fleet_management'] as const

function signerOf(token: OperatorToken, url: string | undefined, tls: TlsSettings): Signer {
  if (url === undefined) return tokenSigner(token)
  return remoteSigner({ url, token, version: 'v2', post: httpPost(tls.ca ?? []) })
}

function replyCheck({ options, settings, host }: PartySources): ReplyCheck | undefined {
  const keys = trustedKeys(settings)
  if (keys !== undefined) {
    return { trust: createTrust(keys), unsigned: options.unsignedReplies ?? 'refuse' }
  }
  const message =
    'No issuer is configured (plugin.security.issuer.names): who signed the replies is not verified'
  host.notice({ level: 'warning', code: 'transport-replies-unverified', message })
  return undefined
}

/** The broker's certificate is verified when a CA is configured, as Choria's own client does; ours is optional. */
async function tlsOf({ settings, system, host }: PartySources): Promise<TlsSettings> {
  const text = async (part: string): Promise<string | undefined> => {
    const file = pathSetting(settings, `${PREFIX}.${part}`, system)?.value
    return file && readText(system, file)
  }
  const [ca, certificate, key] = [await text('ca'), await text('certificate'), await text('key')]
  if (ca === undefined) {
    const message = `${PREFIX}.ca is not set: the broker's certificate is not verified`
    host.notice({ level: 'warning', code: 'transport-broker-unverified', message })
  }
  return {
    crl: [],
    ...(ca !== undefined && { ca: [ca] }),
    ...(certificate && key && { client: { certificate, key: secret(key) } }),
  }
}
