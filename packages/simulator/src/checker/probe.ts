import type { Json } from '@choirmaster/core/provide'

/** The look's questions for permission: `disable` with `a;b` and `runonce` with force `x` (puppet agent notes, 3.1). */
export function isLookProbe(data: Readonly<Record<string, Json>>): boolean {
  return data['message'] === 'a;b' || typeof data['force'] === 'string'
}
