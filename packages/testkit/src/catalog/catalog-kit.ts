import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  type CatalogSource,
  type Environment,
  isCodedError,
  makePlan,
  parseEnvironment,
  WHOLE_SITE,
} from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { CALL, type Declare, failure } from '../kit.js'

export interface CatalogUnderTest {
  /** A source that holds this environment. */
  readonly source: CatalogSource
  readonly holds: Environment
}

/**
 * What every catalog source must do.
 * @param make a source, a new one at each call; the kit closes it
 */
export function catalogKit(test: Declare, make: () => Promise<CatalogUnderTest>): void {
  const each = (name: string, body: (under: CatalogUnderTest) => Promise<void>): void =>
    test(name, async () => {
      const under = await make()
      try {
        await body(under)
      } finally {
        await under.source.close?.()
      }
    })

  each('gives the whole environment, in the shape that core reads', async ({ source, holds }) => {
    const environment = await source.environment(holds.environment, CALL)
    equal(environment.environment, holds.environment)
    deepEqual((await parseEnvironment(environment)).applications, holds.applications)
  })

  each('plans as what it gives as JSON does', async ({ source, holds }) => {
    const environment = await source.environment(holds.environment, CALL)
    const copy = JSON.parse(JSON.stringify(environment)) as unknown
    equal(digestOf(environment), digestOf(await parseEnvironment(copy)))
  })

  each('gives the same when it is asked again', async ({ source, holds }) => {
    const first = await source.environment(holds.environment, CALL)
    deepEqual(await source.environment(holds.environment, CALL), first)
  })

  each('an environment that it does not hold is a coded error with a hint', async ({ source }) => {
    const error = await failure(() => source.environment('no_such_environment', CALL))
    ok(isCodedError(error), `no coded error: ${error.message}`)
    ok(error.hint.length > 0)
  })
}

const digestOf = (environment: Environment): string =>
  makePlan(environment, WHOLE_SITE, sha256).digest
