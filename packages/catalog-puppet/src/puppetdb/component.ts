import type { Problem } from '@choirmaster/core/provide'
import { type Row, printable } from '@choirmaster/puppet-client'
import { puppetDbErrors } from './errors.js'
import { CERTNAME, isReference } from './reference.js'

/** A component as PuppetDB has it: one resource of the defined type. */
export interface DeclaredComponent {
  readonly certname: string
  readonly title: string
  readonly parameters: {
    readonly application: string
    readonly produces?: readonly string[]
    readonly consumes?: readonly string[]
  }
  /** Declared with `@@`. */
  readonly exported?: unknown
  /** Where in the manifests. */
  readonly file?: unknown
  readonly line?: unknown
}

type Code = keyof typeof puppetDbErrors

/** One finding about components; the hint is the code's. @param place a certname */
export function problem(code: Code, message: string, place: string): Problem {
  return { code, message, place, hint: puppetDbErrors[code].hint }
}

const text = (value: unknown): string => (typeof value === 'string' ? printable(value) : '')

/** ` (site.pp:12)`, or nothing where PuppetDB does not know. */
function declaredAt({ file, line }: Row | DeclaredComponent): string {
  if (text(file) === '') return ''
  return typeof line === 'number' ? ` (${text(file)}:${line})` : ` (${text(file)})`
}

/** `Lamp::Mysql[app1] on dev1.example.net (site.pp:12)`. */
export function nameOf(row: Row | DeclaredComponent): string {
  const title = text(row.title) || 'A component without a title'
  const node = text(row.certname)
  return `${title}${node === '' ? '' : ` on ${node}`}${declaredAt(row)}`
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a hash' : `a ${typeof value}`
}

function areReferences(list: unknown): boolean {
  if (list === undefined) return true
  if (!Array.isArray(list)) return false
  for (let at = 0; at < list.length; at++) if (!isReference(list[at])) return false
  return true
}

/** Whether a row is a component that can be used by itself: the quick question, for 50,000 of them. */
export function isComponent(row: Row | DeclaredComponent): row is DeclaredComponent {
  const { certname, title, parameters } = row
  if (typeof certname !== 'string' || !CERTNAME.test(certname) || !isReference(title)) return false
  if (typeof parameters !== 'object' || parameters === null) return false
  const { application, produces, consumes } = parameters as Row
  return isReference(application) && areReferences(produces) && areReferences(consumes)
}

/**
 * What is wrong with a row that is no component, at least one finding. The module's defined type refuses most of it
 * when it is compiled: a type of the site's own may not.
 */
export function componentProblems(row: Row): readonly Problem[] {
  const { certname, title, parameters } = row
  const problems: Problem[] = []
  const wrong = (code: Code, what: string): void =>
    void problems.push(problem(code, `${nameOf(row)}: ${what}`, text(certname) || text(title)))
  const checkReference = (what: string, value: unknown): void => {
    if (isReference(value)) return
    if (typeof value === 'string') {
      wrong('puppetdb-reference', `${what} ${JSON.stringify(printable(value))} is no reference`)
    } else {
      wrong('puppetdb-parameter', `${what} must be a reference, not ${kindOf(value)}`)
    }
  }

  if (typeof certname !== 'string' || certname === '') {
    wrong('puppetdb-node-missing', 'it has no node')
  } else if (!CERTNAME.test(certname)) {
    wrong('puppetdb-node-missing', `${JSON.stringify(printable(certname))} can be no node`)
  }
  checkReference('its title', title)
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    wrong('puppetdb-parameter', `its parameters must be a hash, not ${kindOf(parameters)}`)
    return problems
  }
  const { application, produces = [], consumes = [] } = parameters as Row
  if (application === undefined) wrong('puppetdb-parameter', 'it names no application')
  else checkReference('application', application)
  for (const [name, list] of Object.entries({ produces, consumes })) {
    if (Array.isArray(list)) list.forEach((one, at) => checkReference(`${name}[${at}]`, one))
    else wrong('puppetdb-parameter', `${name} must be a list of references, not ${kindOf(list)}`)
  }
  return problems
}
