/** Keys and list positions from the top of a document down to a value. */
export type Path = readonly (string | number)[]

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/

/** @example jsonPath(['applications', 'Lamp[app1]', 'node']) is `$.applications["Lamp[app1]"].node` */
export function jsonPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return PLAIN_KEY.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`
  }, '$')
}

/** A JSON pointer as a path; `document` tells list positions from keys that look like numbers. */
export function pathOfPointer(pointer: string, document: unknown): Path {
  const path: (string | number)[] = []
  let value = document
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(value) ? Number(key) : key)
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[key]
  }
  return path
}
