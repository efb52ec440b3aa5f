import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { Host, Milliseconds } from '@choirmaster/core/provide'
import {
  askServers,
  authority,
  isHtml,
  openClient,
  puppetError,
  puppetMessage,
  type Answered,
  type Operator,
} from '@choirmaster/puppet-client'
import { splitPem, type Server } from '@choirmaster/puppet-identity'
import { enrollError } from './errors.js'

/** An answer of the CA takes milliseconds; a Puppet Server that is starting, or compiles on all cores, takes longer. */
const TIMEOUT: Milliseconds = 60_000

/** PEM text as the CA gave it, and its blocks. */
export interface Bundle {
  readonly text: string
  readonly blocks: readonly string[]
  /** Where it is from. */
  readonly url: string
}

/** What became of a request that was sent: `known`: the CA has that name already, and says how. */
type Sent =
  | { readonly sent: 'taken' }
  | { readonly sent: 'known'; readonly as: 'requested' | 'signed' | 'revoked' }

/** The CA service of Puppet Server, `/puppet-ca/v1`, as puppetserver 7.9.5 answers. */
export interface CaApi {
  /** `host:port` of the server that answers; '' before the first answer. */
  server(): string
  /** @throws enroll-ca-unavailable */
  caBundle(): Promise<Bundle>
  /** undefined: the CA gives none. */
  revocationLists(): Promise<Bundle | undefined>
  /** undefined: there is none of this name; a revoked one is there still. */
  certificate(certname: string): Promise<Bundle | undefined>
  /** The request of this name that waits for a signature. */
  waiting(certname: string): Promise<string | undefined>
  /** @throws enroll-refused */
  send(certname: string, request: string, environment: string): Promise<Sent>
  close(): Promise<void>
}

export interface OpenCaApi {
  servers(): Promise<readonly Server[]>
  readonly operator: Operator
  /** PEM, one list each. */
  readonly crl: readonly string[]
  /** Whether any server is taken, which is for `caBundle` only. */
  readonly unverified?: boolean
  readonly host: Host
  readonly signal: AbortSignal
}

export async function openCaApi(open: OpenCaApi): Promise<CaApi> {
  const { operator, crl, host, signal } = open
  const client = await openClient({
    ca: operator.ca,
    crl,
    ...(open.unverified && { server: 'unverified' as const }),
  })
  let settled: Server | undefined
  const ask = async (path: string, put?: string): Promise<Answered> => {
    const servers = settled === undefined ? await open.servers() : [settled]
    const answered = await askServers({
      service: 'Puppet CA',
      path: `/puppet-ca/v1/${path}`,
      accept: 'text/plain',
      ...(put !== undefined && { put }),
      ...{ servers, client, identity: operator, timeout: TIMEOUT, host, signal },
    })
    settled = answered.server
    return answered
  }
  /** The text of a 200; undefined for a 404 of the service itself. */
  const find = async (path: string): Promise<{ text: string; url: string } | undefined> => {
    const answered = await ask(path)
    const { answer, url } = answered
    if (answer.status === 200) return { text: answer.bytes.toString('utf8'), url }
    if (answer.status === 404 && !isHtml(answer)) return undefined
    throw unexpected(answered)
  }
  return {
    server: () => (settled === undefined ? '' : authority(settled)),
    async caBundle() {
      const found = await find('certificate/ca')
      if (found === undefined) throw noCa(settled)
      return certificates(found)
    },
    async revocationLists() {
      const found = await find('certificate_revocation_list/ca')
      return found && lists(found)
    },
    async certificate(certname) {
      const found = await find(`certificate/${certname}`)
      return found && certificates(found)
    },
    waiting: async (certname) => (await find(`certificate_request/${certname}`))?.text,
    async send(certname, request, environment) {
      const answered = await ask(
        `certificate_request/${certname}?environment=${environment}`,
        request,
      )
      if (answered.answer.status === 200) return { sent: 'taken' }
      return { sent: 'known', as: knownAs(answered) }
    },
    close: () => client.close(),
  }
}

/** `NAME already has a requested certificate; ignoring certificate request`, with status 400. */
const KNOWN = /already has a (requested|signed|revoked) certificate/

function knownAs(answered: Answered): 'requested' | 'signed' | 'revoked' {
  const { answer, server, url: place } = answered
  const { text } = puppetMessage(answer)
  const as = KNOWN.exec(text)?.[1]
  if (as !== undefined) return as as 'requested' | 'signed' | 'revoked'
  if (answer.status === 404 || isHtml(answer)) throw unexpected(answered)
  throw enrollError('enroll-refused', {
    message: `${authority(server)} does not take the request (${answer.status}): ${text}`,
    place,
  })
}

function noCa(server: Server | undefined): Error {
  return enrollError('enroll-ca-unavailable', {
    message: `${server === undefined ? 'The server' : authority(server)} gives no certificate of a CA: its CA service is off`,
  })
}

function unexpected({ answer, server, url: place }: Answered): Error {
  const { text } = puppetMessage(answer)
  if (answer.status === 404) {
    return enrollError('enroll-ca-unavailable', {
      message: `${authority(server)} does not know the path of the Puppet CA: ${text}`,
      place,
    })
  }
  if (answer.status === 403) {
    return enrollError('enroll-refused', {
      message: `${authority(server)} does not let us ask its CA: ${text}`,
      place,
    })
  }
  return puppetError('puppet-answer-unexpected', {
    message: `${authority(server)} answered ${answer.status}, which a Puppet CA does not give here: ${text}`,
    place,
  })
}

function certificates({ text, url }: { text: string; url: string }): Bundle {
  const blocks = splitPem(text, 'CERTIFICATE')
  try {
    for (const block of blocks) new X509Certificate(block)
  } catch (cause) {
    throw malformed(url, 'a certificate that cannot be read', cause)
  }
  if (blocks.length === 0) throw malformed(url, 'no certificate')
  return { text, blocks, url }
}

function lists({ text, url }: { text: string; url: string }): Bundle {
  const blocks = splitPem(text, 'X509 CRL')
  try {
    createSecureContext({ crl: [...blocks] })
  } catch (cause) {
    throw malformed(url, 'a revocation list that cannot be read', cause)
  }
  if (blocks.length === 0) throw malformed(url, 'no revocation list')
  return { text, blocks, url }
}

function malformed(place: string, what: string, cause?: unknown): Error {
  return puppetError('puppet-answer-malformed', {
    message: `The answer of the CA holds ${what}`,
    place,
    ...(cause !== undefined && { cause }),
  })
}
