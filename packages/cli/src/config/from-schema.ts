import type { Json } from '@choirmaster/core/provide'

/** The type that a JSON Schema literal (`as const`) describes: the subset that the configuration is written in. */
export type FromSchema<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly anyOf: readonly (infer B)[] }
      ? FromSchema<B>
      : S extends { readonly type: infer T }
        ? T extends readonly (infer U)[]
          ? OfType<U, S>
          : OfType<T, S>
        : Json

type OfType<T, S> = T extends 'string'
  ? string
  : T extends 'number' | 'integer'
    ? number
    : T extends 'boolean'
      ? boolean
      : T extends 'array'
        ? readonly (S extends { readonly items: infer I } ? FromSchema<I> : Json)[]
        : T extends 'object'
          ? Members<S>
          : never

type Members<S> = (S extends { readonly properties: infer P }
  ? { readonly [K in keyof P]?: FromSchema<P[K]> }
  : unknown) &
  (S extends { readonly additionalProperties: true } ? { readonly [key: string]: Json } : unknown)
