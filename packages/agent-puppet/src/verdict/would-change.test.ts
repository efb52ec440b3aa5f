import { expect, it } from 'vitest'
import { wouldChange } from './would-change.js'

const NOOP = "current_value 'absent', should be 'file' (noop)"
const line = (source: string, message: string) => ({ level: 'notice', source, message, time: 5 })
const of = (source: string, message = NOOP): readonly string[] =>
  wouldChange([line(source, message)]).named

it.each([
  ['/Stage[main]/Motd/File[/etc/motd]/ensure', 'File[/etc/motd] ensure'],
  ['/Stage[main]/Main/Node[web1]/Package[nginx]/ensure', 'Package[nginx] ensure'],
  [
    '/Stage[main]/Apt/Apt::Source[x]/File[/etc/apt/x [main].list]/content',
    'File[/etc/apt/x [main].list] content',
  ],
  [
    '/Stage[main]/Main/Concat::Fragment[a b]/Concat_fragment[a b]/content',
    'Concat_fragment[a b] content',
  ],
])('%s is %s', (source, change) => {
  expect(of(source)).toEqual([change])
})

it('a refresh that would have been triggered, but not of a container', () => {
  const message = "Would have triggered 'refresh' from 2 events"
  expect(of('/Stage[main]/Main/Service[nginx]', message)).toEqual(['Service[nginx] refresh'])
  for (const container of ['Class[Nginx]', 'Apt::Source[x]', 'Node[web1]', '/etc/apt']) {
    expect(of(container, message)).toEqual([])
  }
})

it('what a command prints triggers nothing', () => {
  const message = "Would have triggered 'refresh' from 1 event"
  const lines = [line('/Stage[main]/Main/Exec[x]/returns', message)]
  expect(wouldChange(lines)).toEqual({ named: [], refreshes: 0 })
})

it('all refreshes are counted, each resource once, named or not', () => {
  const message = "Would have triggered 'refresh' from 1 event"
  const many = Array.from({ length: 300 }, (_, i) => line(`/Stage[main]/M/Exec[e${i}]`, message))
  expect(wouldChange([...many, ...many]).refreshes).toBe(300)
})

it('a property is told by the end of its line: what is before it is the words of its type', () => {
  const source = '/Stage[main]/Main/Thing[x]/ensure'
  const endings = [
    'now it is there (noop)',
    'first\nsecond (noop) (corrective)',
    "x (noop) (previously recorded value was 'a\nb')",
    "x (noop) (previously recorded value was 'a') (corrective)",
  ]
  for (const message of endings) expect(of(source, message)).toEqual(['Thing[x] ensure'])
  for (const message of ['x (noop) or not', 'created (corrective)', '\n-a\n+b (noop)']) {
    expect(of(source, message)).toEqual([])
  }
  expect(of('/Stage[main]/Main/Thing[x]', 'of no property (noop)')).toEqual([])
})

it('a line of a megabyte takes milliseconds, whatever is in it', () => {
  const half = 500_000
  expect(of(`/Stage[main]${'/A[]'.repeat(half / 4)}x`)).toEqual([])
  const message = `${'(noop) (previously recorded value was )'.repeat(half / 40)}x`
  expect(of('/Stage[main]/Main/Thing[x]/ensure', message)).toEqual([])
})

it('a title may hold slashes, brackets and line ends', () => {
  const exec = (title: string) => of(`/Stage[main]/Main/Exec[${title}]/returns`)
  expect(exec('test -d a[1]/b')).toEqual([expect.stringMatching(/^Exec\[#/)])
  expect(exec('ls a[1]/b')).toEqual(['Exec[ls a[1]/b] returns'])
  expect(exec('a\n/File[b]')).toEqual([expect.stringMatching(/^Exec\[#/)])
})

it('what is no change of a noop run says nothing', () => {
  const source = '/Stage[main]/Motd/File[/etc/motd]/content'
  expect(of(source, "content changed '{md5}a' to '{md5}b'")).toEqual([])
  expect(of(source, '\n--- /etc/motd\n+++ /tmp/x\n-password=hunter2')).toEqual([])
  expect(of('Puppet', NOOP)).toEqual([])
})

it('keeps no value, and no title that may be a command with a secret', () => {
  const secret = "current_value 'hunter2', should be 'hunter3' (noop)"
  expect(of('/Stage[main]/Main/User[deploy]/password', secret)).toEqual(['User[deploy] password'])
  for (const title of [
    'mysql -uroot -phunter2',
    'TOKEN=hunter2 make',
    'curl https://a:hunter2@example.net',
    'set the password hunter2',
    `echo "hunter2"`,
    'x'.repeat(500),
  ]) {
    const [change = ''] = of(`/Stage[main]/Main/Exec[${title}]/returns`)
    expect(change).toMatch(/^Exec\[#[0-9a-f]{8}\] returns$/)
    expect(of(`/Stage[main]/Other/Exec[${title}]/returns`)).toEqual([change])
  }
})

it('names each change once, and a hundred of a node', () => {
  const source = '/Stage[main]/Motd/File[/etc/motd]/content'
  expect(wouldChange([line(source, NOOP), line(source, NOOP)]).named).toHaveLength(1)
  const many = Array.from({ length: 300 }, (_, i) => line(`/Stage[main]/M/File[/f${i}]/mode`, NOOP))
  expect(wouldChange(many).named).toHaveLength(100)
})
