import { batchesOf, type Pace } from '@choirmaster/core'
import { count } from './words.js'

/** Sizes of batches that are printed; of a group in batches of one the rest is a number. */
const SHOWN = 6

/** How fast a plan is run: `20 nodes at a time`, `In batches of 5 nodes, 1 canary of each group first`. */
export function paceText(pace: Pace): string {
  const { batch, width } = pace
  const batches =
    batch === undefined
      ? `${count(width, 'node')} at a time`
      : typeof batch === 'number'
        ? `In batches of ${count(batch, 'node')}${batch > width ? `, ${width} at a time` : ''}`
        : `In batches, ${count(width, 'node')} at a time`
  return `${batches}${orderText(pace)}${canaryText(pace)}`
}

/** The same in a question, behind the number of nodes. */
export function paceAsked(pace: Pace): string {
  if (pace.batch !== undefined) return paceText(pace).toLowerCase()
  return `${pace.width} at a time${orderText(pace)}${canaryText(pace)}`
}

function orderText({ order }: Pace): string {
  return order === 'stream' ? ', each as soon as its own producers are proven' : ''
}

function canaryText({ canary }: Pace): string {
  return canary === undefined ? '' : `, ${canaries(canary)} of each group first`
}

function canaries(nodes: number): string {
  return `${nodes} ${nodes === 1 ? 'canary' : 'canaries'}`
}

/** How a group of the plan is divided: `, 3 batches`, `, 4 batches: 1, 20, 100, 79`; nothing where it is not. */
export function groupText(pace: Pace, group: number, nodes: number): string {
  const { batch, canary } = pace
  if (pace.order === 'stream' || (batch === undefined && canary === undefined)) return ''
  const sizes = batchesOf(pace, group, nodes)
  const text = `, ${sizes.length} ${sizes.length === 1 ? 'batch' : 'batches'}`
  if ((typeof batch === 'number' && canary === undefined) || sizes.length === 1) return text
  const rest = sizes.length - SHOWN
  return `${text}: ${sizes.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** What a batch is called when it begins. */
export function batchText(pace: Pace, group: number, batch: number, nodes: number): string {
  if (pace.canary !== undefined && batch === 0) return 'Canaries alone'
  return `Batch ${batch + 1} of ${batchesOf(pace, group, nodes).length}`
}
