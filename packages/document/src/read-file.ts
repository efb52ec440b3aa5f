import { open, type FileHandle } from 'node:fs/promises'
import { fail } from './errors.js'
import { readDocument, type DocumentKind, type ReadDocument } from './read-document.js'

/** A string of V8 holds 512 Mi units; a site of a million nodes is some 250 MB. */
const LARGEST_FILE = 500 * 1024 * 1024

const CHUNK = 1024 * 1024

export interface FileOptions {
  /** What places and messages call the file; default: the path. */
  readonly name?: string
  readonly kind?: DocumentKind
  readonly signal?: AbortSignal
}

/** Reads and parses a file; see `readDocument`. @throws CodedError `document-*` (exit 1). */
export async function readDocumentFile(
  path: string,
  options: FileOptions = {},
): Promise<ReadDocument> {
  const name = options.name ?? path
  const text = await readTextFile(path, options)
  return readDocument(text, { name, ...(options.kind && { kind: options.kind }) })
}

/** Reads a file or pipe of UTF-8 text. @throws CodedError `document-*` (exit 1). */
export async function readTextFile(path: string, options: FileOptions = {}): Promise<string> {
  const name = options.name ?? path
  const bytes = await readBytes(path, name, options.signal)
  return decoded(bytes, name)
}

async function readBytes(path: string, name: string, signal?: AbortSignal): Promise<Buffer> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    // A pipe, as of `--site <(command)`, has no size: so the limit is kept while reading.
    const chunks: Buffer[] = []
    let size = 0
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, null)
      if (bytesRead === 0) return Buffer.concat(chunks, size)
      size += bytesRead
      if (size > LARGEST_FILE) throw tooLarge(name)
      chunks.push(buffer.subarray(0, bytesRead))
    }
  } catch (error) {
    throw unreadable(error, name)
  } finally {
    await file?.close()
  }
}

function tooLarge(name: string): Error {
  return fail('document-too-large', {
    message: `${name} is larger than ${LARGEST_FILE / 1024 / 1024} MB`,
    place: name,
  })
}

/** What the system says, as an error for the operator; anything else unchanged. */
function unreadable(error: unknown, name: string): unknown {
  const code = (error as NodeJS.ErrnoException).syscall && (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return fail('document-not-found', {
      message: `There is no file ${name}`,
      place: name,
      cause: error,
    })
  }
  if (code === 'EISDIR') {
    const hint = 'Name a file in it.'
    return fail('document-unreadable', {
      message: `${name} is a folder`,
      place: name,
      hint,
      cause: error,
    })
  }
  if (code) {
    const reason = code === 'EACCES' ? 'permission denied' : code
    return fail('document-unreadable', {
      message: `Cannot read ${name}: ${reason}`,
      place: name,
      cause: error,
    })
  }
  return error
}

function decoded(bytes: Buffer, name: string): string {
  const mark = bytes.subarray(0, 2).toString('latin1')
  if (mark === '\xff\xfe' || mark === '\xfe\xff') {
    throw fail('document-not-text', {
      message: `${name} is UTF-16`,
      place: name,
      hint: 'Save it as UTF-8.',
    })
  }
  if (bytes.includes(0)) {
    throw fail('document-not-text', {
      message: `${name} is binary: it holds a zero byte`,
      place: name,
    })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw fail('document-not-text', { message: `${name} is not UTF-8 text`, place: name, cause })
  }
}
