import { isCodedError, messageOf } from '@choirmaster/core/provide'
import { fail } from './errors.js'

/** Refusals for want of room: insufficient resources, storage, memory, limits of the account. */
const NO_ROOM: readonly (number | undefined)[] = [10023, 10047, 10028, 10002]
/** The stream could not store a message: a limit is reached, the disk is full, or the server is just stopping. */
const STORE_FAILED = 10077
const STOPPING = /closed/

/** Code of an error that JetStream itself gave. */
export function apiCode(error: unknown): number | undefined {
  return apiOf(error)?.err_code
}

interface ApiError {
  readonly code?: number
  readonly err_code?: number
  readonly description?: string
}

function apiOf(error: unknown): ApiError | undefined {
  return (error as { api_error?: ApiError } | null)?.api_error
}

/** Whether nobody answered, or the answer is that nobody can just now. */
export function isSilence(error: unknown): boolean {
  const api = apiOf(error)
  if (api !== undefined) return api.code === 503 && !isFull(error)
  if (isCodedError(error)) return false
  const { code } = (error ?? {}) as { code?: string }
  return ['TIMEOUT', '503', 'DISCONNECT', 'CONNECTION_CLOSED', 'CONNECTION_DRAINING'].includes(
    code ?? '',
  )
}

/** Whether there is no room for a message: that does not pass by itself. */
function isFull(error: unknown): boolean {
  const { err_code: code, description = '' } = apiOf(error) ?? {}
  return NO_ROOM.includes(code) || (code === STORE_FAILED && !STOPPING.test(description))
}

/** What the broker answered, or did not, as an error that says what now. */
export function brokerError(stream: string, cause: unknown): Error {
  if (isCodedError(cause)) return cause
  const reason = messageOf(cause)
  if (isFull(cause)) return full(stream, reason, cause)
  if (isSilence(cause)) {
    const message = `The stream ${stream} of the run store cannot be reached: ${reason}`
    return fail('store-unreachable', { message, place: stream, cause })
  }
  const message = `The broker refused what the run store asked of the stream ${stream}: ${reason}`
  return fail('store-refused', { message, place: stream, cause })
}

/** @param reason what there is no room for, or what limit is reached */
export function full(stream: string, reason: string, cause?: unknown): Error {
  const message = `The stream ${stream} of the run store is full: ${reason}`
  return fail('store-full', { message, place: stream, ...(cause !== undefined && { cause }) })
}
