import type { ErrorObject } from 'ajv/dist/2020.js'

/**
 * ajv lists the errors of each branch of an `anyOf` or `oneOf` and then the union itself. An operator wants
 * those of the branch that was meant: the one that fits best.
 */
export function chooseBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  let rest: ErrorObject[] = []
  for (const error of errors) {
    // Both only repeat what a more precise error says.
    if (error.keyword === 'propertyNames' || error.keyword === 'if') continue
    if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') {
      rest.push(error)
      continue
    }
    const branches = branchesOf(error, rest)
    const inside = new Set([...branches.values()].flat())
    rest = rest.filter((one) => !inside.has(one))
    rest.push(...bestBranch(error, [...branches.values()]))
  }
  return rest
}

function branchesOf(
  union: ErrorObject,
  errors: readonly ErrorObject[],
): Map<string, ErrorObject[]> {
  const branches = new Map<string, ErrorObject[]>()
  const prefix = `${union.schemaPath}/`
  for (const error of errors) {
    const below =
      error.instancePath === union.instancePath ||
      error.instancePath.startsWith(`${union.instancePath}/`)
    if (!below || !error.schemaPath.startsWith(prefix)) continue
    const branch = error.schemaPath.slice(prefix.length).split('/', 1)[0] ?? ''
    const list = branches.get(branch) ?? []
    list.push(error)
    branches.set(branch, list)
  }
  return branches
}

function bestBranch(
  union: ErrorObject,
  branches: readonly ErrorObject[][],
): readonly ErrorObject[] {
  const explained = typeof (union.parentSchema as { expected?: unknown }).expected === 'string'
  if (branches.length === 0 || explained) return [union]
  const fitting = branches.filter((branch) => !branch.some((error) => isOwnType(error, union)))
  if (fitting.length === 0) {
    const types = branches.flat().filter((error) => isOwnType(error, union))
    const type = [...new Set(types.flatMap((error) => (error.params as { type: unknown }).type))]
    return [{ ...union, keyword: 'type', params: { type } }]
  }
  const rank = (branch: readonly ErrorObject[]): number =>
    (branch.some((error) => error.keyword === 'const') ? 1_000_000 : 0) + branch.length
  return fitting.reduce((best, branch) => (rank(branch) < rank(best) ? branch : best))
}

/** Whether the value is of another type than the branch takes. */
function isOwnType(error: ErrorObject, union: ErrorObject): boolean {
  return error.keyword === 'type' && error.instancePath === union.instancePath
}
