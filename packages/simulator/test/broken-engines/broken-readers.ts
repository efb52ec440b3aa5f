import type { Journal, RunEvent, RunStore } from '@choirmaster/core'

/** What a process that goes on with a run makes of its journal. */
function readAs(store: RunStore, change: (journal: Journal) => Journal): RunStore {
  return { ...store, open: async (run, call) => change(await store.open(run, call)) }
}

/** What was sent can act no more: nothing is open. */
export const nothingIsOpen = (store: RunStore): RunStore =>
  readAs(store, (journal) => ({
    ...journal,
    async *read(from, call) {
      for await (const event of journal.read(from, call)) {
        yield event.type === 'created' ? { ...event, openFor: 0 } : event
      }
    },
  }))

/** What nobody answered was not sent. */
export const unansweredIsUnsent = (store: RunStore): RunStore =>
  readAs(store, (journal) => {
    let added = 0
    return {
      ...journal,
      async *read(from, call) {
        const open = new Map<number, Extract<RunEvent, { type: 'intent' }>>()
        let at = 0
        for await (const event of journal.read(from, call)) {
          if (event.type === 'intent') open.set(event.id, event)
          if (event.type === 'answered') open.delete(event.intent)
          at = event.at
          yield event
        }
        added = open.size
        for (const { id, nodes } of open.values()) {
          const none = nodes.map((node) => ({ node, effect: 'none' as const }))
          yield { type: 'answered', at, intent: id, nodes: none }
        }
      },
      append: (events, at, call) => journal.append(events, { ...at, seq: at.seq - added }, call),
    }
  })
