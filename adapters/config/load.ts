/**
 * Loads the configuration: options over variables over the file over the defaults (requirements B-63).
 *
 * The file is read into a tree that knows where each value stands; variables and options are laid over it; one strict
 * schema and the rules between settings look at the result. Every problem is told at once, in a `ConfigError`.
 */

import { editDistance } from '../../domain/nearest.ts'
import type { OperationsSettings } from '../../domain/operations.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import type { StoredAccounts } from '../../domain/stored-accounts.ts'
import { DEFAULT_ORIGIN, envOrigin, settleAccounts } from './accounts.ts'
import { checkTree } from './check.ts'
import { completeTree } from './complete.ts'
import { completeModels } from './complete-model.ts'
import { completeOperations, operationsSettings } from './complete-operations.ts'
import { engineSettings } from './convert.ts'
import { VARIABLE_NAMES } from './environment.ts'
import type { Flags } from './flags.ts'
import type { Environment } from './interpolate.ts'
import { reportIssues } from './issues.ts'
import { layEnvironment, layFlags, setText } from './layers.ts'
import { type Origin, SafetyRefusal } from './problem.ts'
import { readSource } from './read-source.ts'
import { Report } from './report.ts'
import { resolveTree } from './resolve.ts'
import { fileSchema } from './schema.ts'
import { admitStored, layStored } from './stored.ts'
import { emptyTree, isObject, originAt, put, type SettingTree, valueAt } from './tree.ts'
import type { EngineValues } from './values.ts'
import { readYaml } from './yaml-document.ts'

export type LoadRequest = {
  /** Configuration file, relative to `cwd`; `null` for none. */
  file: string | null
  /** Variables, with those of `.env` already in it. */
  env: Environment
  flags: Flags
  cwd: string
  /** Accounts that were added, changed or removed while the engine ran. */
  stored?: StoredAccounts
  /** Whether a key for the model of this account at this address is kept elsewhere, encrypted. */
  hasStoredKey?: (dataDir: string, accountId: string, baseUrl: string) => boolean
}

export type LoadedSettings = {
  settings: EngineSettings
  /** How it is watched. */
  operations: OperationsSettings
  /** What works and deserves a second look, one sentence each. */
  warnings: string[]
  /** The values in force, in the words of the file. */
  values: EngineValues
  /** Where each value came from, by its path in `values`, e.g. `accounts[0].risk.heat_pct_max`. */
  sources: ReadonlyMap<string, Origin>
}

const readTree = (request: LoadRequest, report: Report): SettingTree => {
  const tree = emptyTree()
  if (request.file === null) return tree
  const text = readSource(request.file, request.cwd, report)
  if (text === null) return tree
  const document = readYaml(text, request.file, request.env)
  report.problems.push(...document.problems)
  if (document.value === null || document.value === undefined) return tree
  if (!isObject(document.value)) {
    const origin = document.origins.get('') ?? null
    report.problem([], origin, document.value, 'expected settings, one key per line', 'For example speed: 60')
    return tree
  }
  return { root: document.value, origins: document.origins, keys: document.keys }
}

/** A variable one slip away from a known name was probably meant to be it. */
const warnMisspelt = (env: Environment, report: Report): void => {
  const long = VARIABLE_NAMES.filter(name => name.length >= 8)
  for (const name of Object.keys(env)) {
    if (VARIABLE_NAMES.includes(name) || name.length < 7) continue
    const meant = long.find(known => editDistance(name, known) === 1)
    if (meant !== undefined) report.warn(`The variable ${name} is not read; did you mean ${meant}?`)
  }
}

const warnMarketRetention = (env: Environment, report: Report): void => {
  if (setText(env, 'RETENTION_MARKET_DAYS') === null) return
  report.warn(
    'RETENTION_MARKET_DAYS is set and changes nothing: this version keeps no market data in its database.',
  )
}

const refuseLive = (tree: SettingTree, env: Environment, report: Report): void => {
  const mode = valueAt(tree.root, ['mode'])
  if (typeof mode === 'string' && mode.toLowerCase() === 'live') {
    const where = originAt(tree, ['mode'])?.name ?? 'mode'
    throw new SafetyRefusal(
      `Live trading was asked for (${where}) and is not in this version: no order can reach a real venue. ` +
        'Use mode paper.',
    )
  }
  const flip = setText(env, 'ALLOW_FLIP')?.trim().toLowerCase() ?? 'false'
  if (flip === 'false') return
  const message = 'a decision that closes a position cannot open the other side in this version'
  report.problem([], envOrigin('ALLOW_FLIP'), flip, message, 'Set ALLOW_FLIP=false or unset it.')
}

/** Loads, checks and converts. Throws `ConfigError` with every problem, `SafetyRefusal` when live is asked for. */
export const loadSettings = (request: LoadRequest): LoadedSettings => {
  const report = new Report()
  const tree = readTree(request, report)
  settleAccounts(tree, request.env, request.flags, request.cwd, report)
  if (request.stored !== undefined) admitStored(tree, request.stored)
  if (tree.root['feed'] === undefined) put(tree, ['feed'], { kind: 'generated' }, DEFAULT_ORIGIN)
  layEnvironment(tree, request.env, report)
  layFlags(tree, request.flags)
  if (request.stored !== undefined) layStored(tree, request.stored)
  refuseLive(tree, request.env, report)
  warnMisspelt(request.env, report)
  warnMarketRetention(request.env, report)
  const checked = fileSchema.safeParse(tree.root)
  if (!checked.success) reportIssues(report, tree, checked.error)
  const resolved = resolveTree(tree)
  completeTree(resolved, request.cwd, report)
  const dataDir = String(resolved.root['data_dir'])
  const modelSecrets = completeModels(
    resolved,
    request.cwd,
    report,
    (id, url) => request.hasStoredKey?.(dataDir, id, url) === true,
  )
  const alertSecrets = completeOperations(resolved, report)
  checkTree(resolved, report)
  report.throwIfAny()
  const values = resolved.root as EngineValues
  return {
    settings: engineSettings(values, modelSecrets),
    operations: operationsSettings(values, alertSecrets),
    warnings: report.warnings,
    values,
    sources: resolved.origins,
  }
}
