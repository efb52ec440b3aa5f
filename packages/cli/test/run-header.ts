import type { RunHeader } from '@choirmaster/core'

/** Of a run that somebody else began. */
export const HEADER: RunHeader = {
  run: '20261122T111547-k3f9q2',
  at: '2026-11-22T11:15:47.000Z',
  by: 'choria=rip.mcollective',
  environment: 'production',
  nodes: 4,
}
