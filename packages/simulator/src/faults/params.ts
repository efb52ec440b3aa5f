/** Parameter schemas that several faults share. */
export const seconds = { type: 'number', minimum: 0, description: 'seconds' } as const
export const anySeconds = { type: 'number', description: 'seconds, may be negative' } as const
export const text = { type: 'string' } as const
export const flag = { type: 'boolean' } as const
export const count = { type: 'integer', minimum: 1 } as const
