import type { Journal, RunStore } from '@choirmaster/core'

function journals(store: RunStore, change: (journal: Journal) => Journal): RunStore {
  return { ...store, create: async (header, call) => change(await store.create(header, call)) }
}

/** Intents never reach the journal. */
export const withoutIntents = (store: RunStore): RunStore =>
  journals(store, (journal) => {
    let kept = 0
    return {
      ...journal,
      async append(events, at, call) {
        const others = events.filter(({ type }) => type !== 'intent')
        if (others.length === 0) return
        await journal.append(others, { ...at, seq: kept }, call)
        kept += others.length
      },
    }
  })

/** Says that it is durable before it is. */
export const hasty = (store: RunStore): RunStore =>
  journals(store, (journal) => {
    let before = Promise.resolve()
    return {
      ...journal,
      async append(events, at, call) {
        before = before.then(() => journal.append(events, at, call)).catch(() => undefined)
      },
    }
  })

/** A journal that cannot be written is no reason to stop. */
export const carefree = (store: RunStore): RunStore =>
  journals(store, (journal) => ({
    ...journal,
    append: (events, at, call) => journal.append(events, at, call).catch(() => undefined),
  }))
