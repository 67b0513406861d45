/** Loads a configuration written in the test itself, and shows its problems as short rows. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Flags } from '../../../adapters/config/flags.ts'
import { type LoadedSettings, type LoadRequest, loadSettings } from '../../../adapters/config/load.ts'
import { ConfigError, type Problem } from '../../../adapters/config/problem.ts'

export type Given = {
  yaml?: string
  env?: Record<string, string>
  flags?: Flags
  /** Further files by name. */
  files?: Record<string, string>
  hasStoredKey?: LoadRequest['hasStoredKey']
}

/** A folder that is gone after the test. */
export const folder = (files: Record<string, string> = {}): string => {
  const path = mkdtempSync(join(tmpdir(), 'latch-config-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return path
}

export const load = (given: Given = {}): LoadedSettings & { cwd: string } => {
  const files = { ...given.files, ...(given.yaml === undefined ? {} : { 'latch.yaml': given.yaml }) }
  const cwd = folder(files)
  const file = given.yaml === undefined ? null : 'latch.yaml'
  const { env = {}, flags = {}, hasStoredKey } = given
  const more = hasStoredKey === undefined ? {} : { hasStoredKey }
  return { ...loadSettings({ file, env, flags, cwd, ...more }), cwd }
}

/** The problems of a configuration that must not load. */
export const problemsOf = (given: Given): readonly Problem[] => {
  try {
    load(given)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  throw new Error('the configuration was accepted')
}

/** `place path: message > remedy`, for tables. */
export const rowOf = ({ origin, line, column, path, message, remedy }: Problem): string =>
  `${origin}${line === null ? '' : `:${line}:${column}`} ${path}: ${message} > ${remedy}`
