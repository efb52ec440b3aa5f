/** Keys and list positions from the document's root: `['applications', 'Lamp[app1]', 0]`. */
export type Path = readonly (string | number)[]

/** A path as core's violations write it: `$.applications["Lamp[app1]"]`, or a JSON pointer: `/applications/Lamp[app1]`. */
export type PathText = string

const STEP = /\.([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y

/** Understands the three ways in which a place within a document is named; what it cannot read is left off. */
export function pathOf(path: Path | PathText): Path {
  if (typeof path !== 'string') return path
  return path.startsWith('/') ? pointerPath(path) : jsonPath(path)
}

function pointerPath(pointer: string): Path {
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function jsonPath(text: string): Path {
  const steps: (string | number)[] = []
  STEP.lastIndex = text.startsWith('$') ? 1 : 0
  for (let found = STEP.exec(text); found !== null; found = STEP.exec(text)) {
    if (found[1] !== undefined) steps.push(found[1])
    else if (found[2] !== undefined) steps.push(Number(found[2]))
    else steps.push(JSON.parse(found[3] ?? '""') as string)
  }
  return steps
}
