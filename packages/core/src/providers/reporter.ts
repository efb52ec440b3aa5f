import type { RunEvent } from '../run/events.js'
import type { Call, Closable, Stream } from './common.js'

/** Shows a run. Iterates the events at its own pace and can hold up nothing. */
export interface Reporter extends Closable {
  report(events: Stream<RunEvent>, call: Call): Promise<void>
}
