import { InternalError } from '../errors/internal-error.js'
import { boundProblems } from '../schema/check-against.js'
import type { Path } from '../schema/json-path.js'
import { loadValidator } from '../schema/validator.js'
import type { Environment } from './environment.js'
import { environmentError } from './errors.js'
import { collectProblems } from './problems.js'
import { checkSite } from './site-of.js'

export interface ParseOptions {
  /** Where a path of the document is, for people: `site.yaml:12:5`. Absent: `$.applications["Lamp[app1]"].…`. */
  readonly locate?: (path: Path) => string
  /** What the document is called in the message: a file, an address. */
  readonly source?: string
}

/**
 * A document as an environment: the same value, checked. It must not be changed from then on.
 * @throws CodedError `environment-invalid` with up to 50 problems and how many more there are at least.
 */
export async function parseEnvironment(
  value: unknown,
  options: ParseOptions = {},
): Promise<Environment> {
  // The quick question first: to collect all violations of a big document takes gigabytes.
  if (checkSite(value)) return value
  const validator = await loadValidator()
  const { problems, more } = collectProblems(validator, value, options.locate)
  if (problems.length === 0) throw new InternalError('A document was refused without a reason')
  const bounded = boundProblems(problems, more)
  throw environmentError('environment-invalid', {
    ...bounded,
    message: `${options.source ?? 'The document'} is no environment: ${bounded.message}`,
  })
}
