/** Who sends a request, as its envelope says. */
export interface Sender {
  /** Identity of this machine; informational, no server checks it. */
  readonly identity: string
  /** `choria=<certname>`, or the caller id of the token. */
  readonly caller: string
}
