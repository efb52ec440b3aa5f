export * from './provide.js'
export type * from './ports/hasher.js'
export { environmentErrors } from './environment/errors.js'
export { environmentSchema } from './environment/environment.schema.js'
export { parseEnvironment, type ParseOptions } from './environment/parse.js'
export type * from './plan/plan.js'
export * from './run/options.js'
export type * from './run/run-plan.js'
export type * from './run/report-types.js'
export * from './run/execute.js'
export type * from './run/events.js'
export { boundProblems, checkAgainst, type CheckOptions } from './schema/check-against.js'
export { jsonPath, type Path } from './schema/json-path.js'
export { loadValidator, type Validator } from './schema/validator.js'
export type { Violation } from './schema/violations.js'
export { reportFromEvents, enableCommand } from './run/report.js'
export { runId } from './run/run-id.js'
export { lockText, runOfLockText } from './run/lock-text.js'
export {
  releaseRun,
  type ReleaseInput,
  type ReleaseReport,
  type ReleasedNode,
  type ReleaseResult,
} from './run/release-run.js'
export { createState } from './run/create-state.js'
export { reduce } from './run/reduce/reduce.js'
export type { NodeState, RunState, Stage } from './run/state.js'
export { didYouMean, nearMatches } from './errors/near-matches.js'
export { CONTRACT, type Exporter } from './providers/check-plugin.js'
export { providerErrors } from './providers/errors.js'
export { prepareProviders, type Choice, type Ready } from './providers/prepare.js'
export { createRegistry, type Found, type Registered, type Registry } from './providers/registry.js'
