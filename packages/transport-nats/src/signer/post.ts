import { rootCertificates } from 'node:tls'
import type { Call, Milliseconds } from '@choirmaster/core/provide'

/** Posts JSON. Rejects when no answer comes. */
export type Post = (
  url: string,
  json: string,
  call: Call,
) => Promise<{ readonly status: number; readonly body: string }>

/** A signing service answers in milliseconds; a request that waits longer would be old before it is sent. */
const TIMEOUT: Milliseconds = 10_000
/** A signed request is as large as a broker takes at most. */
const LARGEST_ANSWER = 2_097_152

/**
 * Posts over HTTP. The service's certificate is verified against our CA and the public ones; Choria's own client
 * does not verify it at all, although the token goes there. Redirections are not followed.
 * @param ca PEM
 */
export function httpPost(ca: readonly string[]): Post {
  return async (url, json, { signal }) => {
    const secure = url.startsWith('https:')
    // Loaded when a service is really asked: who signs with a key of his own has no use for them.
    const { request } = secure ? await import('node:https') : await import('node:http')
    return new Promise((resolve, reject) => {
      const body = Buffer.from(json)
      const options = {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': body.length },
        timeout: TIMEOUT,
        signal,
      }
      const asked = request(url, {
        ...options,
        ...(secure && { ca: [...ca, ...rootCertificates] }),
      })
      asked.once('timeout', () => asked.destroy(new Error(`no answer in ${TIMEOUT} ms`)))
      asked.once('error', reject)
      asked.once('response', (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          if (text.length > LARGEST_ANSWER) asked.destroy(new Error('its answer is too long'))
        })
        response.once('error', reject)
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      })
      asked.end(body)
    })
  }
}
