import type { Json, Plan, Selection } from '@choirmaster/core'
import { fail } from './errors.js'
import type { CatalogChoice } from './planfile/planfile.schema.js'
import type { Session } from './session.js'

/** What the journal of a run holds of how its plan was made, to make it again. */
export interface Origin {
  readonly catalog: CatalogChoice
  readonly selection: Selection
  /** Options of the source that are left out, as they are secret (promises, S12). */
  readonly withheld?: readonly string[]
  /** The simulated fleet that it was made on; absent: real nodes, or a journal of before this was kept. */
  readonly fleet?: string
  /** Version of the code that the source told; null: none; absent: a journal of before this was kept. */
  readonly code_id?: string | null
}

/** @param catalog with all its options */
export async function originOf(
  session: Session,
  catalog: CatalogChoice,
  { selection, codeId }: Pick<Plan, 'selection' | 'codeId'>,
): Promise<Origin> {
  const { fleet } = session
  const more = { ...(fleet !== undefined && { fleet }), code_id: codeId }
  const withheld = await session.secretsOf(catalog)
  if (withheld.length === 0) return { catalog, selection, ...more }
  const options = Object.fromEntries(
    Object.entries(catalog.options).filter(([name]) => !withheld.includes(name)),
  )
  return { catalog: { ...catalog, options }, selection, withheld, ...more }
}

/**
 * The source of a run with all its options: those that its journal does not hold are as the configuration in force says.
 * @throws CodedError `resume-secret`, `config-no-catalog`
 */
export function catalogOf(session: Session, run: string, origin: Origin): CatalogChoice {
  const { catalog, withheld = [] } = origin
  if (withheld.length === 0) return catalog
  const { provider, options } = session.catalogChoice()
  const known: Record<string, Json> = {}
  for (const name of withheld) {
    const value = provider === catalog.provider ? options[name] : undefined
    if (value === undefined) {
      throw fail('resume-secret', {
        message: `The journal of run ${run} does not hold the secret option catalog.${name} of the source ${catalog.provider}`,
        place: `catalog.${name}`,
      })
    }
    known[name] = value
  }
  return { ...catalog, options: { ...catalog.options, ...known } }
}
