/** Fills in what depends on other settings, and brings names and paths into one form. */
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { INTERVAL_MS, type Interval, isInterval } from '../../domain/interval.ts'
import { nearest } from '../../domain/nearest.ts'
import { isStrategyFile, strategyNames } from '../../domain/strategies/registry.ts'
import { canonicalSymbol } from '../../domain/symbol.ts'
import { DEFAULT_ORIGIN } from './accounts.ts'
import { MODEL_STRATEGIES } from './complete-model.ts'
import {
  AGGRESSIVE_CONFIRMATION_S,
  DRAWDOWN_LINE_SHARE,
  PRICE_AGE_CANDLES,
  TEMPERATURES,
} from './defaults.ts'
import { splitList } from './fields.ts'
import type { Report } from './report.ts'
import { isObject, originAt, type Path, put, type SettingTree, valueAt } from './tree.ts'

const isDefault = (tree: SettingTree, path: Path): boolean => originAt(tree, path)?.source === 'default'

/** Paths of a file are relative to that file; those of variables and options to the working folder. */
const absolute = (tree: SettingTree, path: Path, cwd: string): string => {
  const origin = originAt(tree, path)
  const base = origin?.source === 'file' ? dirname(resolve(cwd, origin.name)) : cwd
  return resolve(base, String(valueAt(tree.root, path)))
}

/** Replaces a value by its final form, keeping where it came from. */
const rewrite = (tree: SettingTree, path: Path, value: unknown): void =>
  put(tree, path, value, originAt(tree, path) ?? DEFAULT_ORIGIN)

const isKind = (file: string, kind: 'file' | 'directory'): boolean => {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats !== undefined && (kind === 'file' ? stats.isFile() : stats.isDirectory())
}

const completeStrategy = (tree: SettingTree, path: Path, cwd: string, report: Report): void => {
  const at = [...path, 'strategy', 'name']
  const name = valueAt(tree.root, at)
  if (typeof name !== 'string' || name.trim() === '') return
  if (isStrategyFile(name) || /^\.|[\\/]/.test(name)) {
    const file = absolute(tree, at, cwd)
    if (!isStrategyFile(name)) {
      const remedy = 'Name a file that ends in .ts or .js.'
      report.problem(at, originAt(tree, at), name, 'a strategy file is TypeScript or JavaScript', remedy)
    } else if (!isKind(file, 'file')) {
      const remedy = `It was looked up as ${file}. Correct the path; in a file it is relative to that file.`
      report.problem(at, originAt(tree, at), name, 'there is no such strategy file', remedy)
    }
    return rewrite(tree, at, file)
  }
  const known = [...new Set([...strategyNames(), ...MODEL_STRATEGIES])]
  if (known.includes(name)) return
  const close = nearest(name, known)
  const others = `Known: ${known.join(', ')}, or a path such as ./my-strategy.ts.`
  const remedy = close === null ? others : `Did you mean ${close}?`
  report.problem(at, originAt(tree, at), name, 'unknown strategy', remedy)
}

/** Lines nobody set stay in order around a trip line that somebody did. */
const completeDrawdown = (tree: SettingTree, path: Path): void => {
  const trip = valueAt(tree.root, [...path, 'risk', 'drawdown_trip_pct'])
  if (typeof trip !== 'number') return
  for (const line of ['drawdown_warn_pct', 'drawdown_rearm_pct']) {
    const at = [...path, 'risk', line]
    if (isDefault(tree, at))
      put(tree, at, Number((trip * DRAWDOWN_LINE_SHARE).toPrecision(6)), DEFAULT_ORIGIN)
  }
}

const completeTemperature = (tree: SettingTree, path: Path, report: Report): void => {
  const at = [...path, 'strategy', 'temperature']
  const profile = valueAt(tree.root, [...at, 'profile'])
  if (profile !== 'production' && profile !== 'testing') return
  if (profile === 'testing')
    report.warn('Temperature profile testing: ten times more sensitive, not for results.')
  for (const [name, value] of Object.entries(TEMPERATURES[profile])) {
    if (valueAt(tree.root, [...at, name]) === undefined) put(tree, [...at, name], value, DEFAULT_ORIGIN)
  }
}

const assetsAt = (tree: SettingTree, at: Path): string[] => {
  const value = valueAt(tree.root, at)
  const names = typeof value === 'string' ? splitList(value) : Array.isArray(value) ? value.map(String) : []
  return names.map(name => canonicalSymbol(name) ?? name)
}

/** Entries of the preset are made by the first signal, unless somebody said how long one must last. */
const completePreset = (tree: SettingTree, path: Path, report: Report): void => {
  if (valueAt(tree.root, [...path, 'strategy', 'preset']) !== 'aggressive') return
  report.warn(
    `Account ${String(valueAt(tree.root, [...path, 'id']))} has the preset aggressive, for paper only.`,
  )
  const at = [...path, 'strategy', 'confirmation_s']
  if (isDefault(tree, at)) put(tree, at, AGGRESSIVE_CONFIRMATION_S, DEFAULT_ORIGIN)
}

/** What an account does not say of its rows holds as for the engine. */
const completeRetention = (tree: SettingTree, path: Path): void => {
  const ofEngine = valueAt(tree.root, ['retention'])
  for (const [name, value] of Object.entries(isObject(ofEngine) ? ofEngine : {})) {
    const at = [...path, 'retention', name]
    const origin = originAt(tree, ['retention', name]) ?? DEFAULT_ORIGIN
    if (valueAt(tree.root, at) === undefined) put(tree, at, value, origin)
  }
}

const completeAccount = (tree: SettingTree, path: Path, cwd: string, report: Report): void => {
  const put_ = (name: string, value: unknown): void => {
    if (valueAt(tree.root, [...path, name]) === undefined) put(tree, [...path, name], value, DEFAULT_ORIGIN)
  }
  put_('label', valueAt(tree.root, [...path, 'id']))
  rewrite(tree, [...path, 'assets'], assetsAt(tree, [...path, 'assets']))
  completeStrategy(tree, path, cwd, report)
  completeDrawdown(tree, path)
  completeTemperature(tree, path, report)
  completePreset(tree, path, report)
  completeRetention(tree, path)
  const interval = valueAt(tree.root, ['feed', 'interval'])
  const age = [...path, 'risk', 'price_age_s_max']
  if (valueAt(tree.root, age) !== undefined) return
  if (typeof interval !== 'string' || !isInterval(interval)) return
  put(tree, age, (PRICE_AGE_CANDLES * INTERVAL_MS[interval]) / 1000, DEFAULT_ORIGIN)
}

const shortestInterval = (tree: SettingTree, accounts: number): Interval | null => {
  const intervals = Array.from({ length: accounts }, (_, index) =>
    valueAt(tree.root, ['accounts', index, 'interval']),
  )
  const known = intervals.filter((each): each is Interval => typeof each === 'string' && isInterval(each))
  return known.toSorted((a, b) => INTERVAL_MS[a] - INTERVAL_MS[b])[0] ?? null
}

const completeFeed = (tree: SettingTree, cwd: string, report: Report): void => {
  const accounts = tree.root['accounts'] as unknown[]
  const wanted = [...new Set(accounts.flatMap((_, index) => assetsAt(tree, ['accounts', index, 'assets'])))]
  const symbols = ['feed', 'symbols']
  if (valueAt(tree.root, symbols) === undefined) put(tree, symbols, wanted, DEFAULT_ORIGIN)
  else rewrite(tree, symbols, assetsAt(tree, symbols))
  const interval = ['feed', 'interval']
  const shortest = shortestInterval(tree, accounts.length)
  if (valueAt(tree.root, interval) === undefined && shortest !== null)
    put(tree, interval, shortest, DEFAULT_ORIGIN)
  const directory = ['feed', 'directory']
  if (typeof valueAt(tree.root, directory) !== 'string') return
  const folder = absolute(tree, directory, cwd)
  if (!isKind(folder, 'directory')) {
    const remedy = `It was looked up as ${folder}. Correct the path, or fetch candles into it first.`
    report.problem(directory, originAt(tree, directory), undefined, 'there is no such folder', remedy)
  }
  rewrite(tree, directory, folder)
}

/** Instruments by canonical symbol. */
const completeInstruments = (tree: SettingTree): void => {
  const given = tree.root['instruments']
  if (!isObject(given)) return
  tree.root['instruments'] = {}
  for (const [name, values] of Object.entries(given)) {
    const symbol = name === 'all' ? name : (canonicalSymbol(name) ?? name)
    if (!isObject(values)) continue
    for (const [key, value] of Object.entries(values)) {
      const origin = originAt(tree, ['instruments', name, key]) ?? DEFAULT_ORIGIN
      put(tree, ['instruments', symbol, key], value, origin)
    }
  }
}

const completeTls = (tree: SettingTree, cwd: string, report: Report): void => {
  for (const name of ['tls_cert', 'tls_key']) {
    const at = ['api', name]
    const path = valueAt(tree.root, at)
    if (typeof path !== 'string' || path === 'off') continue
    const file = absolute(tree, at, cwd)
    if (!isKind(file, 'file')) {
      const remedy = `It was looked up as ${file}. Correct the path, or set it to off.`
      report.problem(at, originAt(tree, at), path, 'there is no such file', remedy)
    }
    rewrite(tree, at, file)
  }
}

/** Completes the resolved tree in place. Tolerates values of the wrong type, which the schema reports. */
export const completeTree = (tree: SettingTree, cwd: string, report: Report): void => {
  const accounts = tree.root['accounts'] as unknown[]
  completeFeed(tree, cwd, report)
  for (const index of accounts.keys()) completeAccount(tree, ['accounts', index], cwd, report)
  completeInstruments(tree)
  if (typeof tree.root['data_dir'] === 'string') {
    rewrite(tree, ['data_dir'], absolute(tree, ['data_dir'], cwd))
  }
  completeTls(tree, cwd, report)
}
