import {
  DEFAULT_GATE,
  didYouMean,
  type Gate,
  type GateCheck,
  type Plan,
  type Probe,
} from '@choirmaster/core'
import type { ConfigDocument } from './config.schema.js'
import { milliseconds } from './duration.js'
import { fail } from './errors.js'

/** A check before it is known which nodes it is for. */
type AskedCheck = Omit<GateCheck, 'nodes'>

export interface AskedGate extends Omit<Gate, 'checks'> {
  readonly checks: readonly AskedCheck[]
}

/** The gate as the configuration in force says. */
export function askedGate({ run = {} }: ConfigDocument): AskedGate {
  const { answer, timeout, checks = [] } = run.gate ?? {}
  return {
    answer: answer === undefined ? DEFAULT_GATE.answer : milliseconds(answer),
    check: timeout === undefined ? DEFAULT_GATE.check : milliseconds(timeout),
    checks: checks.map(({ for: of = null, tcp, command = [] }) => ({
      of,
      probe: tcp === undefined ? { command } : { tcp },
    })),
  }
}

/**
 * `--check [FOR=]tcp:PORT` and `--check [FOR=]command:PROGRAM`, which is given the certname, as the file has them.
 * @throws CodedError `config-invalid`
 */
export function checkOfFlag(text: string): { readonly for?: string } & Probe {
  const [, of, kind, value = ''] = /^(?:([A-Z][^=]*)=)?(tcp|command):(.+)$/s.exec(text) ?? []
  if (kind === undefined || (kind === 'tcp' && !/^\d+$/.test(value))) {
    throw fail('config-invalid', {
      message: `--check ${text}: must be tcp:PORT or command:PROGRAM, with COMPONENT= before it for a part of the nodes`,
      place: '--check',
    })
  }
  const probe: Probe = kind === 'tcp' ? { tcp: Number(value) } : { command: [value, '{node}'] }
  return of === undefined ? probe : { for: of, ...probe }
}

/**
 * The gate of a plan: each check for the nodes that others wait for.
 * @throws CodedError `config-gate` for one that is for nothing which the whole site has
 */
export function resolveGate({ checks, ...rest }: AskedGate, plan: Plan): Gate {
  if (checks.length === 0) return { ...rest, checks: [] }
  const { offsets } = plan.consumers
  const awaited = [...plan.nodes.keys()].filter((n) => (offsets[n + 1] ?? 0) > (offsets[n] ?? 0))
  return {
    ...rest,
    checks: checks.map((check) => {
      const { of } = check
      if (of === null) return { ...check, nodes: awaited }
      if (plan.selection.instances.length === 0) refuseUnknown(of, plan)
      return { ...check, nodes: awaited.filter((n) => namesOn(plan, n).includes(of)) }
    }),
  }
}

/** What a check may be for on a node: its applications and components, each whole or by its type. */
function namesOn(plan: Plan, node: number): readonly string[] {
  return [...plan.placement(node)].flatMap(([application, components]) =>
    [application, ...components].flatMap((name) => [name, name.replace(/\[.*$/s, '')]),
  )
}

function refuseUnknown(of: string, plan: Plan): void {
  const known = new Set([...plan.nodes.keys()].flatMap((n) => namesOn(plan, n)))
  if (known.has(of)) return
  const near = didYouMean(of, [...known])
  throw fail('config-gate', {
    message: `A check of the gate is for ${of}, which no node of ${plan.environment} carries`,
    place: 'run.gate.checks',
    ...(near !== undefined && { hint: near }),
  })
}
