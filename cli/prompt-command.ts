/** `latch prompt show|test`: what a model would be asked, and what it would answer; nothing is traded. */
import { Command } from 'commander'
import { asksModel } from '../actors/load-strategy.ts'
import { type Preview, previewDecision, silentModel } from '../actors/model/preview.ts'
import type { LoadedSettings } from '../adapters/config/load.ts'
import type { DecisionRecord } from '../domain/fact.ts'
import type { ModelCall } from '../domain/model/call.ts'
import type { Model, ModelMessage } from '../domain/model/port.ts'
import type { ModelSettings } from '../domain/model/settings.ts'
import type { AccountSettings, EngineSettings } from '../domain/settings.ts'
import { canonicalSymbol } from '../domain/symbol.ts'
import { visible } from '../domain/text.ts'
import { EXIT, UsageError } from './exit.ts'
import type { OpenFeed } from './feed.ts'

export type PromptOptions = {
  config?: string
  profile?: string
  account?: string
  asset?: string
  prompt?: string
  json?: boolean
}

/** An account that asks a model, with its settings. */
export type ModelAccount = AccountSettings & { model: ModelSettings }

export type PromptContext = {
  /** Throws `ConfigError`. */
  load: (options: PromptOptions) => LoadedSettings
  openFeed: (settings: EngineSettings) => Promise<OpenFeed>
  /** The model that the account would ask; throws where it cannot be made. */
  modelOf: (account: ModelAccount, loaded: LoadedSettings) => Model | Promise<Model>
  /** Results, to stdout. */
  write: (text: string) => void
  /** Remarks, to stderr. */
  note: (text: string) => void
  setExitCode: (code: number) => void
}

/** What a prompt is shown with where the configuration names no model; nobody is asked with it. */
const UNNAMED: ModelSettings = {
  kind: 'scripted',
  baseUrl: '',
  name: 'none',
  fallbacks: [],
  temperature: null,
  reasoningEffort: null,
  tokensMax: 4_000,
  timeoutMs: 60_000,
  bytesMax: 1_000_000,
  headerNames: [],
  schemaVersion: 2,
  promptFile: null,
  toolRoundsMax: 0,
  toolCallsMax: 0,
  sanitizer: null,
  contextCharactersMax: 24_000,
  budget: { cycleUsd: null, dayUsd: null, monthUsd: null },
  prices: null,
  otherwise: 'hold',
  randomSymbolSeed: null,
  cassette: null,
  cassetteOnly: true,
  trainedUntil: null,
}

const isAsking = (account: AccountSettings): account is ModelAccount =>
  account.model !== null && asksModel(account.strategy.name)

const accountOf = ({ accounts }: EngineSettings, id: string | undefined): AccountSettings => {
  const found =
    id === undefined ? (accounts.find(isAsking) ?? accounts[0]) : accounts.find(each => each.id === id)
  if (found !== undefined) return found
  throw new UsageError(
    `There is no account ${id ?? ''}; there are ${accounts.map(each => each.id).join(', ')}`,
  )
}

const symbolOf = ({ id, assets }: AccountSettings, asset: string | undefined): string | null => {
  if (asset === undefined) return null
  const symbol = canonicalSymbol(asset)
  if (symbol !== null && assets.includes(symbol)) return symbol
  throw new UsageError(`Account ${id} does not trade ${asset}; it trades ${assets.join(', ')}`)
}

const withPrompt = (account: ModelAccount, promptFile: string | undefined): ModelAccount =>
  promptFile === undefined ? account : { ...account, model: { ...account.model, promptFile } }

const asking = (account: AccountSettings): ModelAccount => ({
  ...account,
  model: account.model ?? UNNAMED,
  strategy: { ...account.strategy, name: 'llm' },
})

type Chosen = { loaded: LoadedSettings; account: AccountSettings }

const choose = (context: PromptContext, options: PromptOptions): Chosen => {
  const loaded = context.load(options)
  for (const warning of loaded.warnings) context.note(`warning: ${visible(warning)}\n`)
  return { loaded, account: accountOf(loaded.settings, options.account) }
}

const preview = async (
  context: PromptContext,
  { settings }: LoadedSettings,
  account: ModelAccount,
  asset: string | undefined,
  model: Model,
): Promise<Preview> => {
  const symbol = symbolOf(account, asset)
  const { source, startAt, warmSteps } = await context.openFeed(settings)
  const steps = warmSteps === 0 ? null : warmSteps
  return previewDecision({ settings, account, model, source, startAt, steps, symbol })
}

/** Line by line: the text has lines of its own, and whatever else is in it must not reach the terminal. */
const shown = (text: string): string => text.split('\n').map(visible).join('\n')

const messageText = (message: ModelMessage): string => {
  const calls =
    message.role === 'assistant' && message.toolCalls !== undefined
      ? `\n${shown(JSON.stringify(message.toolCalls))}`
      : ''
  return `--- ${message.role} ---\n${shown(message.content)}${calls}\n`
}

const questionText = ({ request, promptVersion, purpose }: ModelCall): string => {
  const { messages, tools, format } = request
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0)
  const offered = tools.length === 0 ? '' : `--- tools ---\n${shown(JSON.stringify(tools))}\n`
  const wanted =
    format === null ? '' : `--- schema ${format.name} ---\n${shown(JSON.stringify(format.schema))}\n`
  const title = `=== ${purpose}: ${visible(request.model)}, ${promptVersion}, ${characters} characters ===\n`
  return title + messages.map(messageText).join('') + offered + wanted
}

const answerText = ({ reply, outcome, problem, purpose }: ModelCall): string => {
  const { usage } = reply
  const tokens =
    usage === null ? 'tokens not told' : `${usage.promptTokens} + ${usage.completionTokens} tokens`
  const cost = usage?.costUsd == null ? 'cost not told' : `${usage.costUsd} USD`
  const why = problem === null ? '' : `${visible(problem)}\n`
  const title = `=== ${purpose}: ${visible(reply.model)}, ${reply.latencyMs} ms, ${tokens}, ${cost}: ${outcome} ===\n`
  return `${title}${shown(reply.text)}\n${why}`
}

const decisionText = ({ symbol, proposal, outcome, code, limit, actual }: DecisionRecord): string => {
  const { allocation, action } = proposal
  const wanted = allocation === null || action === 'hold' ? '' : ` ${allocation} USD`
  const why = [code, limit === null ? null : `limit ${limit}`, actual].filter(each => each !== null)
  const reason = why.length === 0 ? '' : ` (${why.join('; ')})`
  const words = proposal.rationale === '' ? '' : `\n  ${proposal.rationale}`
  return `${shown(`${symbol}: ${action}${wanted}, ${outcome}${reason}${words}`)}\n`
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const show = async (context: PromptContext, options: PromptOptions): Promise<void> => {
  const { loaded, account } = choose(context, options)
  if (!isAsking(account)) {
    context.note(`Account ${visible(account.id)} asks no model; this is what one would be asked for it.\n`)
  }
  const asked = withPrompt(isAsking(account) ? account : asking(account), options.prompt)
  const { calls, decisions } = await preview(context, loaded, asked, options.asset, silentModel)
  if (options.json === true) {
    return context.write(
      json(calls.map(({ purpose, promptVersion, request }) => ({ purpose, promptVersion, request }))),
    )
  }
  for (const call of calls) context.write(questionText(call))
  if (calls.length > 0) return
  context.write('Nothing would be asked:\n')
  for (const decision of decisions) context.write(decisionText(decision))
}

const test = async (context: PromptContext, options: PromptOptions): Promise<void> => {
  const { loaded, account } = choose(context, options)
  if (!isAsking(account)) {
    throw new UsageError(`Account ${account.id} asks no model; "latch prompt show" needs none`)
  }
  const asked = withPrompt(account, options.prompt)
  const model = await context.modelOf(asked, loaded)
  const { calls, decisions } = await preview(context, loaded, asked, options.asset, model)
  if (calls.length > 0 && !calls.some(call => call.outcome === 'accepted')) context.setExitCode(EXIT.failed)
  if (options.json === true) return context.write(json({ calls, decisions }))
  for (const call of calls) context.write(answerText(call))
  if (calls.length === 0) context.write('Nothing was asked.\n')
  for (const decision of decisions) context.write(decisionText(decision))
  context.write('Nothing was traded.\n')
}

const withOptions = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'configuration file')
    .option('--profile <name>', 'ready configuration by name')
    .option('--account <id>', 'account; default the first that asks a model')
    .option('--asset <symbol>', 'only this asset; default all of the account')
    .option('--prompt <file>', 'another template: agent, arena, or a file')
    .option('--json', 'print one JSON document')

export const promptCommand = (context: PromptContext): Command => {
  const command = new Command('prompt').description('look at what a model is asked; nothing is traded')
  withOptions(command.command('show'))
    .description('print what would be sent, from the settings and the feed; asks nobody')
    .action((options: PromptOptions) => show(context, options))
  withOptions(command.command('test'))
    .description('ask the model and print its answer and what it would mean; costs what a decision costs')
    .action((options: PromptOptions) => test(context, options))
  return command
}
