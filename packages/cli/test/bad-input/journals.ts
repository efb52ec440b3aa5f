import type { BadCase } from './case.js'

const ID = '20261122T111547-k3f9q2'
const journal = (text: string): Readonly<Record<string, string>> => ({
  [`state/runs/${ID}.ndjson`]: text,
})
/** A whole first line, with its checksum. */
const HEADER =
  '{"schema":"choirmaster.journal/1","sum":"28328a22","header":{"run":"20261122T111547-k3f9q2","at":"2026-11-22T11:15:47.000Z","by":"choria=rip.mcollective","environment":"production","nodes":1}}\n'

export const badJournals: readonly BadCase[] = [
  { name: 'a run that nobody knows', argv: ['show', ID], code: 'store-run-unknown', place: ID },
  {
    name: 'a run that leads out of the store',
    argv: ['show', '../../etc/passwd'],
    code: 'store-run-unknown',
    place: '../../etc/passwd',
  },
  {
    name: 'a last run where there is none',
    argv: ['show', 'last'],
    code: 'run-none',
    place: 'RUN',
  },
  {
    name: 'a last run to enable where there is none',
    argv: ['enable', '--run', 'last', '--yes'],
    code: 'run-none',
    place: '--run',
  },
  {
    name: 'a journal that is empty',
    argv: ['show', ID],
    files: journal(''),
    code: 'store-not-a-journal',
    place: /ndjson:1$/,
  },
  {
    name: 'a journal that is something else',
    argv: ['show', ID],
    files: journal('{"a":1}\n'),
    code: 'store-not-a-journal',
    place: /ndjson:1$/,
  },
  {
    name: 'a journal of the next version',
    argv: ['show', ID],
    files: journal(HEADER.replace('journal/1', 'journal/2')),
    code: 'store-journal-version',
    place: /ndjson:1$/,
  },
  {
    name: 'a journal whose header was edited',
    argv: ['show', ID],
    files: journal(HEADER.replace('"nodes":1', '"nodes":2')),
    code: 'store-journal-damaged',
    place: /ndjson:1$/,
  },
  {
    name: 'a journal with a line that is no record',
    argv: ['show', ID],
    files: journal(`${HEADER}hello\n`),
    code: 'store-journal-damaged',
    place: /ndjson:2$/,
  },
  {
    name: 'a journal that was never written to',
    argv: ['show', ID],
    files: journal(HEADER),
    code: 'run-without-events',
    place: ID,
  },
  {
    name: 'a store that is a file',
    argv: ['runs'],
    files: { state: '' },
    code: 'store-unusable',
    place: /state\/runs$/,
  },
  {
    name: 'a lock that nobody can read',
    files: { 'state/locks/x.lock': 'hello\n' },
    code: 'store-lock-unreadable',
    exit: 3,
    place: /x\.lock/,
  },
]
