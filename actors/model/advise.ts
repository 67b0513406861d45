/**
 * *decide* with a model: what is asked of it, and what the account does when it cannot be asked. It never throws: whatever
 * goes wrong ends in holding every asset that was due, or in the signals where the account says so.
 */
import { buildContext } from '../../domain/model/context.ts'
import { bounded } from '../../domain/model/context-json.ts'
import { type Legal, legalActions } from '../../domain/model/legal.ts'
import type { ModelMessage } from '../../domain/model/port.ts'
import { renderPrompt } from '../../domain/model/prompt.ts'
import { wireSchema } from '../../domain/model/schema.ts'
import { hold, type Proposal, type Withheld } from '../../domain/strategy.ts'
import type { DecideInput } from '../../machines/account/context.ts'
import type { Flow } from '../flow.ts'
import type { Seat, World } from '../world.ts'
import type { Advisor } from './advisor.ts'
import { gatherContext } from './context-input.ts'
import { drawn } from './draw.ts'
import { combined, signalLines } from './hybrid.ts'
import { Inquiry } from './inquiry.ts'
import { type Answered, type Material, Phases } from './phases.ts'
import { toolSpecs } from './tools.ts'

/** What the account's rules propose for these assets. */
export type ByRules = (symbols: readonly string[]) => Proposal[]

const RATIONALE_MAX = 500

const withheldHold = (symbol: string, withheld: Withheld): Proposal => {
  const { code, limit, actual } = withheld
  const because = [code, limit === null ? null : `limit ${limit}`, actual].filter(each => each !== null)
  return { ...hold(symbol, bounded(because.join(': '), RATIONALE_MAX)), withheld }
}

const isOpen = (input: DecideInput, symbol: string): boolean => input.positions[symbol]?.direction != null

/** Proposals for every asset that was due, in that order. */
export function* advised(
  world: World,
  seat: Seat,
  advisor: Advisor,
  input: DecideInput,
  byRules: ByRules,
): Flow<Proposal[]> {
  const decided = new Map<string, Proposal>()
  const settle = (proposals: readonly Proposal[]): void => {
    for (const proposal of proposals) decided.set(proposal.symbol, proposal)
  }
  try {
    yield* decideInto(world, seat, advisor, input, byRules, settle)
  } catch (error) {
    const actual = error instanceof Error ? error.message : String(error)
    const open = input.symbols.filter(symbol => !decided.has(symbol))
    settle(instead(advisor, open, { code: 'model_failed', limit: null, actual }, byRules))
  }
  return input.symbols.map(symbol => decided.get(symbol) ?? hold(symbol, 'not_answered'))
}

function* decideInto(
  world: World,
  seat: Seat,
  advisor: Advisor,
  input: DecideInput,
  byRules: ByRules,
  settle: (proposals: readonly Proposal[]) => void,
): Flow<void> {
  const due = drawnFrom(advisor, input, settle)
  const isHybrid = seat.settings.strategy.name === 'hybrid'
  const signals = isHybrid ? byRules(due) : []
  // Where the rules want nothing and nothing is open, there is nothing to confirm.
  const idle = signals.filter(({ symbol, action }) => action === 'hold' && !isOpen(input, symbol))
  settle(idle)
  const wanted = due.filter(symbol => !idle.some(each => each.symbol === symbol))
  const possible = legalActions(advisor.settings.schemaVersion, wanted, input.positions)
  const legal = possible.filter(({ actions }) => actions.some(action => action !== 'hold'))
  const none = { code: 'no_legal_action', limit: null, actual: null }
  settle(possible.filter(each => !legal.includes(each)).map(({ symbol }) => withheldHold(symbol, none)))
  if (legal.length === 0) return
  const answered = yield* ask(world, seat, advisor, input, legal, signals)
  if (!answered.ok) {
    const symbols = legal.map(each => each.symbol)
    settle(instead(advisor, symbols, answered.withheld, byRules))
    return
  }
  const proposals = noted(answered)
  settle(isHybrid ? proposals.map(each => combined(signals, each, isOpen(input, each.symbol))) : proposals)
}

/** All that are due, or one of them by lot; the others are held. */
const drawnFrom = (
  { settings }: Advisor,
  { at, symbols }: DecideInput,
  settle: (proposals: readonly Proposal[]) => void,
): readonly string[] => {
  if (settings.randomSymbolSeed === null) return symbols
  const chosen = drawn(settings.randomSymbolSeed, at, symbols)
  const others = symbols.filter(symbol => symbol !== chosen)
  settle(others.map(symbol => withheldHold(symbol, { code: 'not_drawn', limit: null, actual: null })))
  return chosen === null ? [] : [chosen]
}

function* ask(
  world: World,
  seat: Seat,
  advisor: Advisor,
  input: DecideInput,
  legal: readonly Legal[],
  signals: readonly Proposal[],
): Flow<Answered> {
  const { settings, memory, template } = advisor
  const { market } = world
  const gathered = yield* gatherContext(world, memory, input, legal)
  const context = buildContext(gathered, settings.contextCharactersMax)
  if (!context.fits) {
    const limit = `${settings.contextCharactersMax} characters`
    const actual = `${context.text.length} characters`
    return { ok: false, withheld: { code: 'model_context_too_long', limit, actual } }
  }
  const prompt = renderPrompt(template, {
    account: bounded(input.accountId, RATIONALE_MAX),
    assets: legal.map(each => each.symbol).join(', '),
    context: context.text,
    interval: seat.settings.interval,
    schema: JSON.stringify(wireSchema(settings.schemaVersion, legal).schema),
    time: new Date(input.at).toISOString(),
  })
  const messages: ModelMessage[] = [
    { role: 'system', content: prompt.system },
    { role: 'user', content: prompt.user + signalLines(signals) },
  ]
  const symbols = legal.map(each => each.symbol)
  const material: Material = {
    messages,
    legal,
    marks: Object.fromEntries(symbols.map(symbol => [symbol, market.priceOf(symbol)])),
    tools: settings.toolRoundsMax === 0 ? [] : toolSpecs([...market.instruments.keys()], market.interval),
    toolWorld: { market, trades: memory.of(input.accountId).trades },
  }
  const inquiry = new Inquiry(world, advisor, { input, symbols, promptVersion: prompt.version })
  return yield* new Phases(inquiry, advisor, material).run()
}

/** What the account does while its model cannot be asked; the reason stands in front of whatever it is. */
const instead = (
  { settings }: Advisor,
  symbols: readonly string[],
  withheld: Withheld,
  byRules: ByRules,
): Proposal[] => {
  const holds = symbols.map(symbol => withheldHold(symbol, withheld))
  if (settings.otherwise === 'hold') return holds
  return byRules(symbols).map((proposal, index) => {
    const reason = holds[index]?.rationale ?? withheld.code
    const rationale = `${reason}; signals decide instead: ${proposal.rationale}`
    return proposal.action === 'hold' ? { ...proposal, rationale, withheld } : { ...proposal, rationale }
  })
}

/** What was cleaned up in an answer is a warning of each decision in it. */
const noted = ({ proposals, notes }: Extract<Answered, { ok: true }>): readonly Proposal[] =>
  notes.length === 0
    ? proposals
    : proposals.map(each => ({ ...each, warnings: [...(each.warnings ?? []), ...notes] }))
