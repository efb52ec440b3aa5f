import type { Call } from '@choirmaster/core/provide'

/** Makes secure requests: of the operator's own key, or of a service that signs in the operator's name. */
export interface Signer {
  /** Who the request is from: `choria=deploy.mcollective`, `up=deploy`. */
  readonly caller: string
  /**
   * The secure request, JSON text, around a request.
   * @param request JSON text; what is signed are its bytes
   * @throws CodedError when it cannot be signed
   */
  secure(request: string, call: Call): Promise<string>
}
