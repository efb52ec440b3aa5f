import { fail } from '../errors.js'

/** puppet agent plugin 2.5.0, DDL of `disable`: at most 120 characters; Go counts bytes, so ASCII only. */
export const MESSAGE_MAX = 120
/** puppet agent plugin 2.5.0, DDL of `runonce`. */
const ENVIRONMENT_MAX = 50

/** The validator `shellsafe` refuses these anywhere. */
const UNSAFE = /[`$;|<>]|&&/
/** The validator allows control characters; a message that is shown in terminals and logs must not hold any. */
const PRINTABLE = /^[\x20-\x7e]*$/
/** The validator `puppet_variable`, which `environment` has: a single character must be a letter. */
const PUPPET_VARIABLE = /^(?:[A-Za-z]|[A-Za-z0-9_]{2,})$/

/** @throws CodedError `agent-message-invalid` for a message that `disable` would refuse. */
export function checkMessage(message: string): void {
  const flaw =
    message.length > MESSAGE_MAX
      ? `it has ${message.length} characters`
      : UNSAFE.test(message)
        ? 'it holds a shell character'
        : PRINTABLE.test(message)
          ? undefined
          : 'it holds a character that is not printable ASCII'
  if (flaw !== undefined) {
    throw fail('agent-message-invalid', { message: `The disable message cannot be used: ${flaw}` })
  }
}

/** @throws CodedError `agent-environment-invalid` for an environment that `runonce` would refuse. */
export function checkEnvironment(name: string): void {
  if (name.length <= ENVIRONMENT_MAX && PUPPET_VARIABLE.test(name)) return
  throw fail('agent-environment-invalid', {
    message: `The environment ${JSON.stringify(name.slice(0, 80))} cannot be enforced: the puppet agent refuses the name`,
    place: '--enforce-environment',
  })
}
