/**
 * Models of accounts: where each is asked and with which key. Keys leave the settings here and go on separately, so that
 * nothing that shows or stores settings can hold one, and no endpoint is sent the key of another.
 */
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ModelSecrets } from '../../domain/model/settings.ts'
import { Secret } from '../../domain/secret.ts'
import { hostPort } from '../egress/address.ts'
import { isLocal, isOpenRouter } from '../model/endpoint.ts'
import { faultOf } from '../model/way-out.ts'
import { DEFAULT_ORIGIN } from './accounts.ts'
import { isScripted } from './convert-model.ts'
import type { Origin } from './problem.ts'
import type { Report } from './report.ts'
import { isObject, originAt, type Path, type PlainObject, put, type SettingTree, valueAt } from './tree.ts'

/** Strategies that ask a model; `replay` asks only what was recorded. */
export const MODEL_STRATEGIES = ['llm', 'hybrid', 'replay'] as const
const FROM_CASSETTE = 'replay'

type Seat = { id: string; path: Path; model: PlainObject; strategy: string }

const textAt = (root: unknown, ...path: string[]): string | null => {
  const value = valueAt(root, path)
  return typeof value === 'string' && value !== '' ? value : null
}

const originOf = (tree: SettingTree, path: Path): Origin => originAt(tree, path) ?? DEFAULT_ORIGIN

/** Said for all accounts: a variable without an account's name, `defaults:` of the file, or nobody. */
const isGeneral = ({ source, path }: Origin): boolean => source === 'default' || path !== undefined

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '')

/** Accounts whose strategy asks a model; the others lose the group, which says nothing of them. */
const seatsOf = (tree: SettingTree): Seat[] => {
  const accounts = tree.root['accounts'] as unknown[]
  return [...accounts.entries()].flatMap(([index, account]) => {
    if (!isObject(account)) return []
    const strategy = textAt(account, 'strategy', 'name') ?? ''
    const { model, id } = account
    if (!(MODEL_STRATEGIES as readonly string[]).includes(strategy)) {
      delete account['model']
      return []
    }
    return isObject(model) ? [{ id: String(id), path: ['accounts', index], model, strategy }] : []
  })
}

const settleAddress = (tree: SettingTree, { path, model }: Seat): string => {
  const own = textAt(model, 'base_url')
  if (own !== null) return own
  const from = [...path, 'model', 'openrouter', 'base_url']
  const url = textAt(model, 'openrouter', 'base_url') ?? ''
  put(tree, [...path, 'model', 'base_url'], url, originOf(tree, from))
  return url
}

type Shared = { path: Path; origin: Origin; url: string; isOwnAddress: boolean }

/** A key said for all accounts goes where the address said for all accounts leads, or where there is only one address. */
const reaches = (shared: Shared, all: readonly Shared[]): boolean => {
  if (!isGeneral(shared.origin) || !shared.isOwnAddress) return true
  return new Set(all.filter(each => isGeneral(each.origin)).map(each => hostOf(each.url))).size <= 1
}

/** Takes a secret out of the tree, leaving word of whether there is one. */
const taken = (tree: SettingTree, path: Path, isUsed = true): Secret | null => {
  const value = valueAt(tree.root, path)
  const origin = originOf(tree, path)
  const text = typeof value === 'string' && value !== '' ? value : null
  put(tree, path, null, { ...origin, isSet: text !== null && isUsed })
  return text === null || !isUsed ? null : new Secret(text)
}

const takeKey = (tree: SettingTree, seat: Seat, url: string, isUsed: boolean): Secret | null => {
  const at = [...seat.path, 'model']
  const routerUrl = textAt(seat.model, 'openrouter', 'base_url')
  const own = taken(tree, [...at, 'api_key'], isUsed)
  const isRouters = isOpenRouter(url) || hostOf(url) === hostOf(routerUrl ?? '')
  const routers = taken(tree, [...at, 'openrouter', 'api_key'], isRouters)
  return own ?? routers
}

const takeHeaders = (tree: SettingTree, seat: Seat, isUsed: boolean): Record<string, Secret> => {
  const headers: Record<string, Secret> = {}
  const at = [...seat.path, 'model', 'headers']
  const given = valueAt(tree.root, at)
  if (!isObject(given)) put(tree, at, {}, DEFAULT_ORIGIN)
  for (const name of isObject(given) ? Object.keys(given) : []) {
    const value = taken(tree, [...at, name], isUsed)
    if (value !== null) headers[name] = value
  }
  const [referer, title] = ['referer', 'app_title'].map(name => textAt(seat.model, 'openrouter', name))
  if (referer != null) headers['HTTP-Referer'] = new Secret(referer)
  if (title != null) {
    headers['X-Title'] = new Secret(title)
    headers['X-OpenRouter-Title'] = new Secret(title)
  }
  return headers
}

const settlePath = (tree: SettingTree, path: Path, none: string, cwd: string): string | null => {
  const value = valueAt(tree.root, path)
  if (typeof value !== 'string' || value === none) return null
  const origin = originOf(tree, path)
  const file = resolve(origin.source === 'file' ? dirname(resolve(cwd, origin.name)) : cwd, value)
  put(tree, path, file, origin)
  return file
}

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true

const settleFiles = (
  tree: SettingTree,
  { path, model, strategy }: Seat,
  cwd: string,
  report: Report,
): void => {
  const missing = (at: Path, file: string, what: string): void =>
    report.problem(
      at,
      originOf(tree, at),
      undefined,
      `there is no such ${what}`,
      `It was looked up as ${file}.`,
    )
  const promptAt = [...path, 'model', 'prompt']
  const prompt = settlePath(tree, promptAt, 'built-in', cwd)
  if (prompt !== null && !isFile(prompt)) missing(promptAt, prompt, 'prompt template')
  const cassetteAt = [...path, 'model', 'cassette']
  const cassette = settlePath(tree, cassetteAt, 'off', cwd)
  const isNeeded = strategy === FROM_CASSETTE || model['cassette_only'] === true
  if (cassette !== null && isNeeded && !isFile(cassette)) missing(cassetteAt, cassette, 'cassette')
}

/** No key and one is needed: signals where that is wanted, else a problem that names the variable. */
const withoutKey = (tree: SettingTree, seat: Seat, url: string, report: Report): void => {
  const suffix = seat.id.replaceAll('-', '_')
  const at = [...seat.path, 'strategy', 'name']
  const variable = isOpenRouter(url) ? 'OPENROUTER_API_KEY' : 'LLM_API_KEY'
  if (seat.model['otherwise'] === 'signals') {
    report.warn(
      `Account ${seat.id} trades on signals: its model has no key (set ${variable}), and otherwise: signals says so.`,
    )
    put(tree, at, 'signals', originOf(tree, at))
    delete (valueAt(tree.root, seat.path) as PlainObject)['model']
    return
  }
  const remedy = `Set ${variable} (or ${variable}_${suffix}), or LLM_BASE_URL to a server of your own, or model.name to scripted/trend, or model.otherwise to signals.`
  report.problem(at, originOf(tree, at), seat.strategy, 'the model of this account has no key', remedy)
}

/** An address is given, and the model is built in: most likely its name was forgotten. */
const warnOfUnused = (tree: SettingTree, { id, path, model }: Seat, report: Report): void => {
  const { source, name } = originOf(tree, [...path, 'model', 'base_url'])
  if (source !== 'env') return
  const suffix = id.replaceAll('-', '_')
  const scripted = textAt(model, 'name') ?? ''
  report.warn(
    `Account ${id} asks the built-in model ${scripted}, so that ${name} is not used; to ask there, set LLM_MODEL (or LLM_MODEL_${suffix}).`,
  )
}

/** A key is not sent in the clear, and nothing of this network is asked, unless the owner of the configuration says so. */
const checkAddress = (tree: SettingTree, { path }: Seat, url: string, report: Report): void => {
  // What is no address at all is told by the schema.
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return
  const allowed = valueAt(tree.root, ['allow_local_llm'])
  const fault = faultOf(url, Array.isArray(allowed) ? allowed.map(String) : [])
  if (fault === null) return
  const at = [...path, 'model', 'base_url']
  const remedy = `Give an https address of the outside, or name it: ALLOW_LOCAL_LLM=${hostPort(new URL(url))}.`
  report.problem(at, originOf(tree, at), undefined, fault, remedy)
}

/** Settles the models of the completed tree, and takes the keys out of it. Tolerates values of the wrong type. */
export const completeModels = (
  tree: SettingTree,
  cwd: string,
  report: Report,
  hasKeptKey: (accountId: string, baseUrl: string) => boolean = () => false,
): Record<string, ModelSecrets> => {
  const seats = seatsOf(tree)
  const shared = (seat: Seat, name: string): Shared => {
    const at = [...seat.path, 'model', name]
    const group = valueAt(tree.root, at)
    const first = isObject(group) ? Object.keys(group)[0] : undefined
    return {
      path: at,
      origin: originOf(tree, first === undefined ? at : [...at, first]),
      url: urls.get(seat) ?? '',
      isOwnAddress: !isGeneral(originOf(tree, [...seat.path, 'model', 'base_url'])),
    }
  }
  const urls = new Map(seats.map(seat => [seat, settleAddress(tree, seat)]))
  const remote = seats.filter(seat => !isScripted(textAt(seat.model, 'name') ?? ''))
  const holding = (name: string): Shared[] =>
    remote.filter(({ model }) => model[name] != null).map(seat => shared(seat, name))
  const [keys, headerGroups] = [holding('api_key'), holding('headers')]
  const secrets: Record<string, ModelSecrets> = {}
  for (const seat of seats) {
    const url = urls.get(seat) ?? ''
    const isAsked = remote.includes(seat)
    const [key, group] = [shared(seat, 'api_key'), shared(seat, 'headers')]
    const [keyReaches, headersReach] = [reaches(key, keys), reaches(group, headerGroups)]
    if (isAsked && !keyReaches && seat.model['api_key'] != null) {
      report.warn(
        `Account ${seat.id} has an address of its own: ${key.origin.name} is not sent there; set LLM_API_KEY_${seat.id.replaceAll('-', '_')}.`,
      )
    }
    const apiKey = takeKey(tree, seat, url, keyReaches)
    const headers = takeHeaders(tree, seat, headersReach)
    settleFiles(tree, seat, cwd, report)
    if (!isAsked) {
      warnOfUnused(tree, seat, report)
      continue
    }
    const isOffline = seat.strategy === FROM_CASSETTE || seat.model['cassette_only'] === true
    if (!isOffline) checkAddress(tree, seat, url, report)
    const isOpen = isLocal(url) || Object.keys(valueAt(seat.model, ['headers']) ?? {}).length > 0
    const isOpenable = isOpen || isOffline || hasKeptKey(seat.id, url)
    if (apiKey === null && !isOpenable) withoutKey(tree, seat, url, report)
    else secrets[seat.id] = { apiKey, headers }
  }
  return secrets
}
