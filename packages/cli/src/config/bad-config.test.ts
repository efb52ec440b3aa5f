import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cwd, refusal, resolveConfig, resolved } from './config.test.helper.js'
import type { ConfigFlags } from './flag-settings.js'

describe('a configuration that cannot be used', () => {
  it.each<[string, string, string, string, string?]>([
    ['broken YAML', 'run: {batch: 5', 'document-syntax', 'choirmaster.yaml:1:15'],
    [
      'a duplicate key',
      'color: auto\ncolor: never',
      'document-duplicate-key',
      'choirmaster.yaml:2:1',
    ],
    ['two documents', 'color: auto\n---\n', 'document-several', 'choirmaster.yaml:2:1'],
    ['a list', '- a', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['a text', 'batch', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['another version', 'schema: choirmaster.config/2', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['an unknown key', '\nenviroment: x', 'config-invalid', 'choirmaster.yaml:2:1', 'environment'],
    ['a key of the prototype', 'constructor: x', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['an environment with a dash', 'environment: a-b', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['an environment that is a number', 'environment: 5', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['a catalog without value', 'catalog:', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['a catalog that is a list', 'catalog: [file]', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['a use that is a list', 'catalog: {use: [a]}', 'config-invalid', 'choirmaster.yaml:1:11'],
    ['plugins that are a text', 'plugins: a', 'config-invalid', 'choirmaster.yaml:1:1'],
    [
      'a plugin that is a number',
      'plugins:\n  - a\n  - 5',
      'config-invalid',
      'choirmaster.yaml:3:5',
    ],
    ['reporters that are a text', 'reporters: html', 'config-invalid', 'choirmaster.yaml:1:1'],
    [
      'a reporter without a name',
      'reporters: [{path: x}]',
      'config-invalid',
      'choirmaster.yaml:1:13',
    ],
    ['a reporter twice', 'reporters: [html, html]', 'config-invalid', 'choirmaster.yaml:1:19'],
    ['an unknown run key', 'run:\n  bacth: 5', 'config-invalid', 'choirmaster.yaml:2:3', 'batch'],
    ['a batch of none', 'run: {batch: 0}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['a batch in quotes', 'run: {batch: "5"}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['a part of nothing', 'run: {width: 0%}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['more than all', 'run: {width: 150%}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['no ramp', 'run: {batch: "1,a"}', 'config-invalid', 'choirmaster.yaml:1:7'],
    [
      'batches in the order stream',
      'run:\n  order: stream\n  batch: 10%',
      'config-conflict',
      'choirmaster.yaml:3:3',
    ],
    ['half a node', 'run: {width: 1.5}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['an unknown choice', 'run: {unready: ignore}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['an unknown rule', 'run: {keep_disabled: some}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['a word for true', 'run: {accept_unverified: yes}', 'config-invalid', 'choirmaster.yaml:1:7'],
    [
      'a limit without unit',
      'run: {limits: {run: "60"}}',
      'config-invalid',
      'choirmaster.yaml:1:16',
    ],
    ['a limit in days', 'run: {limits: {run: 1d}}', 'config-invalid', 'choirmaster.yaml:1:16'],
    ['a limit below zero', 'run: {limits: {run: -1}}', 'config-invalid', 'choirmaster.yaml:1:16'],
    [
      'an unknown limit',
      'run:\n  limits:\n    pol: 1s',
      'config-invalid',
      'choirmaster.yaml:3:5',
      'poll',
    ],
    ['a colour', 'color: red', 'config-invalid', 'choirmaster.yaml:1:1'],
  ])('is refused with its place: %s', async (_case, text, code, place, meant) => {
    const error = await refusal(resolved(text))
    expect({ code: error.code, place: error.place }).toEqual({ code, place })
    expect(error.exit).toBe(1)
    expect(error.hint).not.toBe('')
    if (meant !== undefined) expect(error.hint).toContain(`Did you mean ${meant}?`)
  })

  it('is told with all that is wrong at once', async () => {
    const error = await refusal(resolved('colour: red\nrun: {batch: 0, widht: 3}\n'))
    expect(error.problems.map(({ place }) => place).sort()).toEqual([
      'choirmaster.yaml:1:1',
      'choirmaster.yaml:2:17',
      'choirmaster.yaml:2:7',
    ])
  })

  it('is one that --config names and that is not there', async () => {
    const error = await refusal(resolveConfig(cwd.path, { config: 'nothing.yaml' }))
    expect(error.code).toBe('document-not-found')
    expect(error.place).toBe('nothing.yaml')
  })

  it('is a folder', async () => {
    await mkdir(join(cwd.path, 'choirmaster.yaml'))
    expect((await refusal(resolveConfig(cwd.path))).code).toBe('document-unreadable')
  })

  it.each<[ConfigFlags, string, string]>([
    [{ batch: 0 }, 'config-invalid', '--batch'],
    [{ order: 'stream', batch: 5 }, 'config-conflict', '--batch'],
    [{ unready: 'perhaps' }, 'config-invalid', '--unready'],
    [{ 'keep-disabled': 'some' }, 'config-invalid', '--keep-disabled'],
    [{ environment: 'a b' }, 'config-invalid', '--environment'],
    [{ environment: '' }, 'config-invalid', '--environment'],
    [{ site: 's.yaml', catalog: 'puppet' }, 'config-conflict', '--site'],
  ])('comes from flags: %j', async (flags, code, place) => {
    const error = await refusal(resolveConfig(cwd.path, flags))
    expect({ code: error.code, place: error.place }).toEqual({ code, place })
  })
})
