import { describe, expect, it } from 'vitest'
import { lockText, runOfLockText } from './lock-text.js'

const AT = Date.UTC(2026, 10, 22, 11, 15, 47, 123)

describe('lock text', () => {
  it('names the run, who and when', () => {
    expect(lockText('20261122T111547-k3f9q2', 'choria=deploy.mcollective', AT)).toBe(
      'choirmaster run=20261122T111547-k3f9q2 by=choria=deploy.mcollective at=2026-11-22T11:15:47Z',
    )
  })

  it('defect 12: a long or unsafe caller still gives at most 120 shell-safe characters and a whole run id', () => {
    const text = lockText(
      '20261122T111547-k3f9q2',
      `choria=${'very-long.'.repeat(20)};$(reboot)`,
      AT,
    )
    expect(text.length).toBeLessThanOrEqual(120)
    expect(text).not.toMatch(/[`$;|><&\s]{2}|[`$;|><&]/)
    expect(runOfLockText(text)).toBe('20261122T111547-k3f9q2')
  })

  it.each([
    undefined,
    '',
    'kernel upgrade',
    'choirmaster',
    'run=20261122T111547-k3f9q2',
    ' choirmaster run=abcd by=x',
  ])('does not take %j for a run of ours', (message) => {
    expect(runOfLockText(message)).toBeUndefined()
  })
})
