import { createPrivateKey } from 'node:crypto'
import { secret, type Secret, type Setting } from '@choirmaster/puppet-identity'
import type { Enroll } from './enrolment.js'
import { enrollError } from './errors.js'
import { keepNew } from './keep.js'

/** A file's text; undefined where there is none. @throws enroll-file */
export async function readIfThere(
  { system }: Pick<Enroll, 'system'>,
  { value: path }: Setting,
): Promise<string | undefined> {
  try {
    return await system.readFile(path)
  } catch (cause) {
    throw enrollError('enroll-file', {
      message: `Cannot read ${path}: ${(cause as Error).message}`,
      place: path,
      cause,
    })
  }
}

/**
 * The operator's private key: the one that is there, else a new one.
 * @param certified whether there is a certificate already: then a missing key is missing, not new
 * @throws enroll-key, enroll-file
 */
export async function makeKey(enroll: Enroll, certified: boolean): Promise<Secret> {
  const { files, disk, tell } = enroll
  const path = files.key.value
  let text = await readIfThere(enroll, files.key)
  if (text === undefined && certified) {
    throw enrollError('enroll-key', {
      message: `There is a certificate, ${files.certificate.value}, but not its private key ${path}`,
      place: path,
      hint: 'Restore the key. Where it is lost: have the CA clean the name, move the certificate away and run this again.',
    })
  }
  const made = text === undefined
  if (text === undefined) {
    const key = await enroll.newKey()
    // Another process may have been faster: then its key is the one.
    const kept = await keepNew(disk, path, key.reveal())
    text = kept ? key.reveal() : await readIfThere(enroll, files.key)
  }
  tell({ step: 'key', path, made })
  return usable(text ?? '', path)
}

function usable(text: string, path: string): Secret {
  let type: string | undefined
  try {
    type = createPrivateKey(text).asymmetricKeyType
  } catch {
    // OpenSSL's error is about the key's text, which stays out of errors.
  }
  if (type === 'rsa') return secret(text)
  throw enrollError('enroll-key', {
    message: `${path} holds ${type === undefined ? 'no private key that can be read' : `a key of the kind ${type}`}`,
    place: path,
  })
}
