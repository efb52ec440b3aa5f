import type { Host, Sighting, Witness } from '@choirmaster/core/provide'
import { openSession, type Access, type Row, type Session } from '@choirmaster/puppet-client'
import { PAGE, reportsSince, reportsWithLogs, sightingOf } from './reports.js'

/**
 * How far each query looks back behind the newest report that was seen, ms: a row appears 30 to 180 ms after its own
 * time of receipt, later where PuppetDB is busy, and several are stored side by side. One that comes later still is
 * one that is lost, and its node is found by asking it.
 */
const OVERLAP = 5_000

export interface OpenWitness {
  readonly access: Access
  readonly host: Host
  readonly pause: number
  readonly patience: number
}

/** Asks PuppetDB for the reports that came since it was asked before, by PuppetDB's own clock. */
export function openWitness({ access, host, pause, patience }: OpenWitness): Witness {
  let session: Session | undefined
  /** Time of receipt of the newest report that was seen, ISO 8601; undefined before the first question. */
  let newest: string | undefined
  let away = false
  let logsAway = false
  // That a server could not be reached is told once, below, and not at each question.
  const quiet: Host = {
    ...host,
    notice: (notice) => {
      host.notice({ ...notice, level: 'debug' })
    },
  }

  /** All rows from the moment on, a page at a time; `newest` is moved. */
  async function read(from: Session, since: string): Promise<readonly Row[]> {
    const all: Row[] = []
    for (let begin = since; ;) {
      const page = await from.query(reportsSince(begin))
      all.push(...page)
      const last = page.at(-1)?.['receive_time']
      if (typeof last !== 'string') return all
      newest = newest === undefined || last > newest ? last : newest
      // A full page of one and the same moment would be read for ever.
      if (page.length < PAGE || last === begin) return all
      begin = last
    }
  }

  function tell(isAway: boolean, why = ''): void {
    if (away === isAway) return
    away = isAway
    host.notice(
      isAway
        ? {
            level: 'warning',
            code: 'puppetdb-witness-away',
            message: `PuppetDB cannot be asked how runs end; the nodes are asked more often meanwhile: ${why}`,
          }
        : { level: 'info', code: 'puppetdb-witness-back', message: 'PuppetDB answers again' },
    )
  }

  function tellOfLogs(isAway: boolean, why = ''): void {
    if (logsAway === isAway) return
    logsAway = isAway
    if (!isAway) return
    host.notice({
      level: 'warning',
      code: 'puppetdb-witness-logs',
      message: `PuppetDB does not give the logs of reports; a success that rests on a report alone stays unverified meanwhile: ${why}`,
    })
  }

  /** The next question may find another server. */
  async function leave(): Promise<void> {
    await session?.close()
    session = undefined
  }

  return {
    pause,
    patience,
    async sightings({ signal }) {
      try {
        session ??= await openSession(access, quiet, signal)
        newest ??= await session.time()
        const since = new Date(Date.parse(newest) - OVERLAP).toISOString()
        const rows = await read(session, since)
        tell(false)
        return rows.map(sightingOf).filter((one): one is Sighting => one !== undefined)
      } catch (error) {
        await leave()
        if (!signal.aborted) tell(true, (error as Error).message)
        throw error
      }
    },
    async withLogs(runs, { signal }) {
      const query = reportsWithLogs(runs)
      if (query === undefined) return []
      try {
        session ??= await openSession(access, quiet, signal)
        const rows = await session.query(query)
        tellOfLogs(false)
        return rows.map(sightingOf).filter((one): one is Sighting => one !== undefined)
      } catch (error) {
        await leave()
        if (!signal.aborted) tellOfLogs(true, (error as Error).message)
        throw error
      }
    },
    close: async () => session?.close(),
  }
}
