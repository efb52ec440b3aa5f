import type { Milliseconds } from '../../ports/clock.js'
import type { Call } from '../../providers/common.js'

/** How it is seen, from where the run is, that what a node serves can be used. */
export type Probe =
  | { readonly tcp: number }
  /** A program and its arguments, run without a shell; `{node}` in an argument is the certname. */
  | { readonly command: readonly string[] }

/** A probe and the nodes of the plan, by number, that it is for. */
export interface GateCheck {
  readonly probe: Probe
  /** Component, its type, or application that it is for, as it was asked; null: every producer. */
  readonly of: string | null
  readonly nodes: readonly number[]
}

/** What a node that others wait for has to pass after its run, before they start. */
export interface Gate {
  /** How long it may take to answer again: its run may have rebooted it. */
  readonly answer: Milliseconds
  /** How long its checks may take to pass; they are made again until then. */
  readonly check: Milliseconds
  readonly checks: readonly GateCheck[]
}

export const DEFAULT_GATE: Gate = {
  // As long as silence is borne anywhere: a broker that is away for ten minutes is no reason.
  answer: 900_000,
  check: 120_000,
  checks: [],
}

/** What a probe found. */
export interface Probed {
  readonly passed: boolean
  /** What was seen, for people: `connected`, `exit status 1: no such table`. */
  readonly message: string
}

/** When a probe is to be over by; its signal aborts then too. */
export interface ProbeCall extends Call {
  readonly timeoutMs: Milliseconds
}

/** Makes a probe once. One that rejects has not passed. */
export type Prober = (node: string, probe: Probe, call: ProbeCall) => Promise<Probed>

/** `tcp 3306`, `check-db {node}`. */
export function probeText(probe: Probe): string {
  return 'tcp' in probe ? `tcp ${probe.tcp}` : probe.command.join(' ')
}
