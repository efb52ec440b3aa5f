import type { Settings, System } from '@choirmaster/puppet-identity'

/** A machine of the operator ann with these files, and nothing else. */
export function fakeSystem(
  files: Readonly<Record<string, string>> = {},
  more: Partial<System> = {},
): System {
  return {
    env: { USER: 'ann' },
    home: '/home/ann',
    user: 'ann',
    root: false,
    hostname: 'ops1.example.net',
    cwd: '/home/ann',
    readFile: async (path) => files[path],
    srv: async () => [],
    puppetSetting: async () => undefined,
    ...more,
  }
}

/** Settings as if they were lines of /etc/choria/client.conf. */
export function settings(values: Readonly<Record<string, string>>): Settings {
  const lines = Object.entries(values).map(([key, value], index) => {
    return [key, { value, origin: `/etc/choria/client.conf:${index + 1}` }] as const
  })
  return new Map(lines)
}
