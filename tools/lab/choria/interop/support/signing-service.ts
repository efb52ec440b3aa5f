import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Network } from '../../lib/network.mjs'

/**
 * A service that signs requests in the operator's name, as Choria's AAA service does over HTTP: it gets the request,
 * the operator's token and a signature of the token's key. The service itself cannot be had as a module; what it
 * answers is judged by real servers here.
 */
export interface SigningService extends AsyncDisposable {
  /** Configuration of a client whose requests it signs. */
  readonly config: string
  /** How many it has signed. */
  signed(): number
}

/** Who the operator is by the token. */
export const ANN = 'up=ann'
/** Client of the network whose certificate servers take for any caller (v1). */
export const PRIVILEGED = 'aaa.privileged'

/** DER in front of the 32 bytes of an ed25519 key (RFC 8410). */
const PRIVATE = '302e020100300506032b657004220420'
const PUBLIC = '302a300506032b6570032100'
const SEEDS = { ann: '01'.repeat(32), service: '02'.repeat(32) }

export async function signingService(network: Network): Promise<SigningService> {
  const { folder, protocol } = network
  const issuer =
    protocol === 'v2' ? await readFile(join(folder, 'jwt', 'issuer.seed'), 'utf8') : SEEDS.service
  const mint = (seed: string, claims: object): string => jwt(claims, seed, issuer)
  const token = mint(SEEDS.ann, {
    callerid: ANN,
    permissions: { signed_fleet_management: true },
    agents: ['*'],
  })
  const delegator = mint(SEEDS.service, {
    callerid: 'aaa=service',
    permissions: { authentication_delegator: true },
  })
  const secure =
    protocol === 'v2' ? secureV2(token, delegator) : secureV1(await privileged(network))
  let signed = 0
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const asked = JSON.parse(text) as { token: string; request: string; signature: string }
      const bytes = Buffer.from(asked.request, 'base64')
      const good =
        asked.token === token &&
        verify(null, bytes, publicKey(SEEDS.ann), Buffer.from(asked.signature, 'hex'))
      if (good) signed++
      const answer = good
        ? { secure_request: Buffer.from(JSON.stringify(secure(bytes))).toString('base64') }
        : { error: 'the signature is not that of the token' }
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/choria/v1/sign`
  return {
    config: await configure(network, url, token),
    signed: () => signed,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The operator's configuration with the service, and the token and key that it asks for. */
async function configure(network: Network, url: string, token: string): Promise<string> {
  const home = join(network.folder, 'clients', 'operator')
  const [tokenFile, seedFile] = [join(home, 'ann.jwt'), join(home, 'ann.seed')]
  await writeFile(tokenFile, token)
  await writeFile(seedFile, SEEDS.ann)
  const signer = 'plugin.choria.security.request_signer'
  const text = await readFile(network.client().config, 'utf8')
  const kept = text.split('\n').filter((line) => !/choria\.(token|seed)_file/.test(line))
  const [tokenKey, seedKey] =
    network.protocol === 'v2'
      ? ['plugin.security.choria.token_file', 'plugin.security.choria.seed_file']
      : [`${signer}.token_file`, `${signer}.seed_file`]
  const file = join(home, 'signed.conf')
  const more = [`${signer}.url = ${url}`, `${tokenKey} = ${tokenFile}`, `${seedKey} = ${seedFile}`]
  await writeFile(file, [...kept, ...more, ''].join('\n'))
  return file
}

type Secure = (request: Buffer) => object

/** The service's own certificate, for which servers take any caller. */
function secureV1({ certificate, key }: { certificate: string; key: string }): Secure {
  return (request) => ({
    protocol: 'choria:secure:request:1',
    message: request.toString(),
    signature: sign('RSA-SHA256', request, key).toString('base64'),
    pubcert: certificate,
  })
}

function secureV2(caller: string, signer: string): Secure {
  return (request) => ({
    protocol: 'io.choria.protocol.v2.secure_request',
    request: request.toString('base64'),
    signature: sign(null, request, privateKey(SEEDS.service)).toString('base64'),
    caller,
    signer,
  })
}

async function privileged(network: Network): Promise<{ certificate: string; key: string }> {
  const { certname } = network.client(PRIVILEGED)
  const read = (part: string): Promise<string> =>
    readFile(join(network.folder, 'ssl', part, `${certname}.pem`), 'utf8')
  return { certificate: await read('certs'), key: await read('private_keys') }
}

/** A client's token, good for an hour. @param issuer seed of who signs it */
function jwt(claims: object, seed: string, issuer: string): string {
  const now = Math.floor(Date.now() / 1000)
  const public_key = hexOf(publicKey(seed))
  const common = {
    purpose: 'choria_client_id',
    ou: 'choria',
    public_key,
    iss: 'lab',
    jti: public_key.slice(0, 27),
  }
  const times = { iat: now, nbf: now - 60, exp: now + 3_600 }
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part({ ...common, ...times, ...claims })}`
  return `${text}.${sign(null, Buffer.from(text), privateKey(issuer)).toString('base64url')}`
}

function privateKey(seed: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(PRIVATE + seed, 'hex'), format: 'der', type: 'pkcs8' })
}

function publicKey(seed: string): KeyObject {
  return createPublicKey(privateKey(seed))
}

function hexOf(key: KeyObject): string {
  const der = key.export({ format: 'der', type: 'spki' })
  return der.subarray(PUBLIC.length / 2).toString('hex')
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}
