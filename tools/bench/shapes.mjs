// Sites of any size in the shapes that real ones have, written as Puppet's environment API answers:
// one line of JSON, one component a node.

/** @typedef {{ node: string, produces: string[], consumes: string[] }} Component */
/** @typedef {[name: string, components: [reference: string, component: Component][]]} Application */
/** @typedef {(nodes: number) => Generator<Application>} Shape */

/**
 * Applications of so many parts; `needs` says which parts of its application a part consumes from.
 * @param {number} size
 * @param {(part: number) => number[]} needs
 * @returns {Shape}
 */
const stacks = (size, needs) =>
  function* (nodes) {
    for (let first = 0; first < nodes; first += size) {
      const name = `app${first / size + 1}`
      const capability = (/** @type {number} */ part) => `Service[${name}-${part}]`
      const parts = Array.from({ length: Math.min(size, nodes - first) }, (_, part) => part)
      yield [
        `Stack[${name}]`,
        parts.map((part) => [
          `Stack::Part[${name}-${part}]`,
          {
            produces: [capability(part)],
            consumes: needs(part).map(capability),
            node: `part${part}.${name}.example.net`,
          },
        ]),
      ]
    }
  }

const chain = (/** @type {number} */ part) => (part === 0 ? [] : [part - 1])

/**
 * Tiers in which a part consumes from `count` parts of the tier before, another choice for each.
 * @param {number} tiers
 * @param {number} width
 * @param {number} count
 */
const tiered = (tiers, width, count) =>
  stacks(tiers * width, (part) => {
    const above = Math.floor(part / width) - 1
    if (above < 0) return []
    return Array.from({ length: count }, (_, index) => above * width + ((part + index) % width))
  })

/** @type {Readonly<Record<string, Shape>>} */
export const SHAPES = {
  /** One database and nine web servers. */
  lamp: stacks(10, (part) => (part === 0 ? [] : [0])),
  /** Each part consumes from all ten of the tier before. */
  'six tiers': tiered(6, 10, 10),
  chains: stacks(100, chain),
  'one chain': stacks(Number.POSITIVE_INFINITY, chain),
  /** 100,000 nodes have 1,045,000 edges. */
  dense: tiered(20, 50, 11),
}

/**
 * The document's text. Never holds the site as objects, so that whoever measures memory may call it.
 * @param {Shape} shape
 * @param {number} nodes
 * @param {<T>(items: T[]) => T[]} order in which applications, components and capabilities are written
 */
export function documentText(shape, nodes, order = (items) => items) {
  const applications = order(
    Array.from(shape(nodes), ([name, components]) => {
      const body = order(components).map(
        ([reference, { produces, consumes, node }]) =>
          `${JSON.stringify(reference)}:` +
          JSON.stringify({ produces: order(produces), consumes: order(consumes), node }),
      )
      return `${JSON.stringify(name)}:{${body.join(',')}}`
    }),
  )
  return `{"environment":"production","applications":{${applications.join(',')}},"code_id":null}`
}
