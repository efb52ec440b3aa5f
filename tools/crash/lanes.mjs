// Work that goes on side by side, each part of it in a house of its own.
import { openHouse } from './house.mjs'

/** @param {[command: string, arg: string]} program @param {number} jobs how many side by side */
export function lanes(program, jobs) {
  /** @type {Promise<import('./house.mjs').House>[]} */
  const houses = []
  const houseOf = (/** @type {number} */ lane) => (houses[lane] ??= openHouse(program))
  return {
    /** @template T @param {(house: import('./house.mjs').House) => Promise<T>} work @returns {Promise<T>} */
    one: async (work) => work(await houseOf(0)),
    /**
     * Does all of it.
     * @template T
     * @param {Iterable<T>} items @param {(house: import('./house.mjs').House, item: T) => Promise<void>} work
     */
    async all(items, work) {
      const rest = items[Symbol.iterator]()
      await Promise.all(
        Array.from({ length: jobs }, async (_, lane) => {
          const house = await houseOf(lane)
          for (let next = rest.next(); next.done !== true; next = rest.next()) {
            await work(house, next.value)
          }
        }),
      )
    },
    async close() {
      for (const house of await Promise.all(houses.splice(0))) await house.close()
    },
  }
}
