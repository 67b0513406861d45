/**
 * From proposals to commands: what becomes of each thing a strategy wants, and the record of why.
 *
 * Evidence comes first (a signal must last, a reversal must repeat), then the risk staircase; approved amounts are
 * reserved for the rest of the same turn, so that entries decided together cannot exceed a limit together.
 */
import { convictionOf, hasLivePlan, isOfModel } from './conviction.ts'
import { withDefaults } from './exit-plan/defaults.ts'
import { NOTHING_RESERVED, type Reserved, reserve, riskView } from './entry-view.ts'
import type { DecisionOutcome, DecisionRecord } from './fact.ts'
import type { Instrument } from './instrument.ts'
import { INTERVAL_MS } from './interval.ts'
import { closeByHand } from './manual-close.ts'
import { BY_HAND, type ManualOrder, manualDecisionId } from './manual-order.ts'
import type { Direction } from './order.ts'
import { partOf } from './partial-close.ts'
import { isExposed, type PositionCommand, type PositionSummary } from './position-state.ts'
import { assess } from './risk/assess.ts'
import type { BreakerState } from './risk/breakers.ts'
import type { EntryPlan, RiskApproved, RiskRecord } from './risk/verdict.ts'
import type { AccountSettings } from './settings.ts'
import type { Proposal } from './strategy.ts'
import { dec, type Money, type Price, ZERO_QUANTITY } from './units.ts'

/** What is known of one asset when a decision is made. */
export type AssetState = {
  instrument: Instrument
  mark: { price: Price; at: number } | null
  /** ATR14 of the decision interval. */
  atr: number | null
  /** Per 8 hours. */
  fundingRate: number | null
}

/** The context of a decision, gathered from the market and the venue. */
export type Analysis = {
  at: number
  assets: Record<string, AssetState>
  marginFree: Money
  takerFeeRatio: number
  /** Why no entry may be taken now, whatever the account says. */
  entriesStopped?: string
}

export type Deliberation = {
  /** Close of the candle that is decided on. */
  at: number
  /** When the strategy had answered: what it wants is judged as of then, however long it thought. */
  now: number
  accountId: string
  settings: AccountSettings
  analysis: Analysis
  equity: Money
  breakers: BreakerState
  positions: Record<string, PositionSummary>
  tradesToday: number
  /** Why the account takes no entries; `null` while it does. */
  entriesStopped: string | null
}

export type Command = { symbol: string; command: PositionCommand }
export type Conclusion = { decisions: DecisionRecord[]; commands: Command[] }

type Turn = {
  outcome: DecisionOutcome
  code: string | null
  limit?: string
  actual?: string
  record?: RiskRecord
}

/** One decision per account, asset and candle: `main-BTC-mb1x2c00`. */
export const decisionIdOf = (accountId: string, symbol: string, candleAt: number): string =>
  `${accountId}-${symbol}-${candleAt.toString(36)}`

export const deliberate = (facts: Deliberation, proposals: readonly Proposal[]): Conclusion => {
  const decisions: DecisionRecord[] = []
  const commands: Command[] = []
  let reserved = NOTHING_RESERVED
  for (const proposal of proposals) {
    const { decisionId, strategy } = identityOf(facts, proposal)
    const { turn, command, plan } = decide(facts, proposal, reserved, decisionId)
    if (command !== null) commands.push({ symbol: proposal.symbol, command })
    if (plan !== null) reserved = reserve(reserved, plan)
    const { withheld } = proposal
    decisions.push({
      decisionId,
      symbol: proposal.symbol,
      strategy,
      candleAt: facts.at,
      price: facts.analysis.assets[proposal.symbol]?.mark?.price ?? null,
      proposal,
      outcome: turn.outcome,
      // What the rules say of it comes first; a hold that nobody decided on says why.
      code: turn.code ?? withheld?.code ?? null,
      limit: turn.limit ?? (turn.code === null ? withheld?.limit : null) ?? null,
      actual: turn.actual ?? (turn.code === null ? withheld?.actual : null) ?? null,
      risk: turn.record ?? [],
    })
  }
  return { decisions, commands }
}

/** What a decision goes by, and who proposed it. */
export const identityOf = (
  { accountId, settings, at }: Pick<Deliberation, 'accountId' | 'settings' | 'at'>,
  { symbol, manual }: Proposal,
): Pick<DecisionRecord, 'decisionId' | 'strategy'> =>
  manual === undefined
    ? { decisionId: decisionIdOf(accountId, symbol, at), strategy: strategyLabel(settings.strategy.name) }
    : { decisionId: manualDecisionId(accountId, manual.requestId), strategy: BY_HAND }

/**
 * A strategy file is known by its file name: the folder it lies in is nobody's business but this machine's. A replay is
 * the life of the model whose answers it takes, and says the same of itself.
 */
export const strategyLabel = (name: string): string =>
  name === 'replay' ? 'llm' : (name.split(/[\\/]/).at(-1) ?? name)

type Decided = { turn: Turn; command: PositionCommand | null; plan: RiskApproved<EntryPlan> | null }

const only = (turn: Turn, command: PositionCommand | null = null): Decided => ({ turn, command, plan: null })

const decide = (facts: Deliberation, proposal: Proposal, reserved: Reserved, decisionId: string): Decided => {
  const { manual } = proposal
  if (manual !== undefined) return decideByHand(facts, { ...proposal, manual }, reserved, decisionId)
  const position = facts.positions[proposal.symbol]
  if (position !== undefined && position.direction !== null) return decideOpen(facts, proposal, position)
  if (proposal.action !== 'buy' && proposal.action !== 'sell') {
    const lost: PositionCommand | null = position?.evidence ? { type: 'signal.lost', at: facts.at } : null
    return only({ outcome: 'held', code: proposal.action === 'close' ? 'nothing_to_close' : null }, lost)
  }
  if (position !== undefined && isExposed(position)) {
    return only({ outcome: 'ignored', code: `position_${position.state}` })
  }
  const direction: Direction = proposal.action === 'buy' ? 'long' : 'short'
  const waiting = position === undefined ? null : confirm(facts, position, direction)
  return waiting ?? decideEntry(facts, proposal, reserved, decisionId)
}

/** A signal that has not lasted long enough yet is noted, not believed; cooldown is the staircase's to refuse. */
const confirm = (facts: Deliberation, position: PositionSummary, direction: Direction): Decided | null => {
  const wait = facts.settings.strategy.confirmationMs
  if (wait === 0 || position.state === 'cooldown') return null
  const { evidence } = position
  const since = evidence?.direction === direction ? evidence.since : facts.at
  const until = since + wait
  if (evidence !== null && facts.at >= until) return null
  // Two decision intervals without a repetition, and the signal is forgotten.
  const expiresAt = Math.max(until, facts.at) + 2 * INTERVAL_MS[facts.settings.interval]
  const command: PositionCommand = {
    type: 'entry.signalled',
    direction,
    since,
    until,
    expiresAt,
    at: facts.at,
  }
  const actual = `${Math.round((facts.at - since) / 1000)} s`
  return only({ outcome: 'confirming', code: 'confirmation', limit: `${wait / 1000} s`, actual }, command)
}

const decideEntry = (
  facts: Deliberation,
  proposal: Proposal,
  reserved: Reserved,
  decisionId: string,
): Decided => {
  const asset = facts.analysis.assets[proposal.symbol]
  if (asset === undefined) {
    return only({
      outcome: 'refused',
      code: 'asset_not_allowed',
      limit: facts.settings.assets.join(' '),
      actual: proposal.symbol,
    })
  }
  const conditions = withDefaults(proposal.conditions ?? [], facts.settings.strategy)
  const verdict = assess({ ...proposal, conditions }, riskView(facts, asset, proposal.symbol, reserved))
  if (!verdict.approved) {
    return only({ outcome: 'refused', ...verdict.refusal, record: verdict.record })
  }
  const plan = withTarget(verdict.plan, facts.settings.strategy.targetRewardRatio)
  return {
    plan,
    turn: { outcome: 'approved', code: null, record: verdict.record },
    command: { type: 'entry.approved', plan, decisionId, exitPlan: proposal.exitPlan, at: facts.at },
  }
}

/**
 * In a position: an explicit close is obeyed, by a model against a live plan only with conviction; the other direction
 * must be stronger and repeated (FR-018, X-18). Both are evidence that the position should be left, and count together.
 */
const decideOpen = (facts: Deliberation, proposal: Proposal, position: PositionSummary): Decided => {
  const { at, settings } = facts
  if (position.state === 'closing') {
    return only({ outcome: proposal.action === 'hold' ? 'held' : 'ignored', code: 'position_closing' })
  }
  const isClose = proposal.action === 'close'
  const fraction = isClose ? wholeIfDust(facts, position, proposal.closeFraction ?? 1) : 1
  const close = only(
    { outcome: 'closing', code: null },
    { type: 'position.close', reason: 'signal', fraction, at },
  )
  if (isClose && !(isOfModel(settings, proposal) && hasLivePlan(position))) return close
  const lost: PositionCommand | null = position.evidence ? { type: 'signal.lost', at } : null
  const wanted = proposal.action === 'buy' ? 'long' : proposal.action === 'sell' ? 'short' : null
  if (!isClose && wanted === null) return only({ outcome: 'held', code: null }, lost)
  if (wanted === position.direction) return only({ outcome: 'ignored', code: 'position_open' }, lost)
  const conviction = convictionOf(settings, proposal)
  if (!conviction.isEnough) {
    const { limit, actual } = conviction
    return only({ outcome: 'held', code: 'exit_plan_active', limit, actual }, lost)
  }
  const { reversalCount } = settings.strategy
  const count = (position.evidence?.count ?? 0) + 1
  if (count >= reversalCount) return close
  const direction = position.direction === 'long' ? 'short' : 'long'
  return only(
    {
      outcome: 'confirming',
      code: isClose ? 'close_repeated' : 'reversal',
      limit: `${reversalCount}`,
      actual: `${count}`,
    },
    { type: 'exit.signalled', direction, count, at },
  )
}

/**
 * A person has decided: nothing has to last or to be repeated, and no plan stands against it. The side against an open
 * position closes it, or as much of it as was asked for, and opens nothing; everything else is an entry, which the
 * rules judge as they judge any.
 */
const decideByHand = (
  facts: Deliberation,
  proposal: Proposal & { manual: ManualOrder },
  reserved: Reserved,
  decisionId: string,
): Decided => {
  const position = facts.positions[proposal.symbol]
  const direction: Direction = proposal.action === 'buy' ? 'long' : 'short'
  if (position === undefined || position.direction === null || position.direction === direction)
    return decideEntry(facts, proposal, reserved, decisionId)
  if (position.state === 'closing') return only({ outcome: 'ignored', code: 'position_closing' })
  const { manual: order, allocation: value, symbol } = proposal
  const { mark = null, instrument = null } = facts.analysis.assets[symbol] ?? {}
  const close = closeByHand({ order, value, position, mark: mark?.price ?? null, instrument })
  if ('code' in close) return only({ outcome: 'refused', ...close })
  return only(
    { outcome: 'closing', code: null },
    { type: 'position.close', reason: 'close_command', ...close, decisionId, at: facts.at },
  )
}

/** A part that would leave less than the smallest order at the mark is everything. */
const wholeIfDust = (facts: Deliberation, position: PositionSummary, fraction: number): number => {
  const asset = facts.analysis.assets[position.symbol]
  if (asset === undefined) return fraction
  const part = partOf({
    open: position.quantity,
    pending: ZERO_QUANTITY,
    fraction,
    stepSize: asset.instrument.stepSize,
    minNotional: asset.instrument.minNotional,
    price: asset.mark?.price ?? position.entryPrice,
  })
  return part === null ? 1 : fraction
}

/** A plan without a target gets one at a multiple of its stop distance. A target adds no risk. */
const withTarget = (plan: RiskApproved<EntryPlan>, rewardRatio: number | null): RiskApproved<EntryPlan> => {
  if (plan.target !== null || plan.stop === null || rewardRatio === null) return plan
  if ('ratio' in plan.stop) return { ...plan, target: { ratio: plan.stop.ratio * rewardRatio } }
  const distance = dec(plan.referencePrice).minus(plan.stop.price).abs().times(rewardRatio)
  const away = plan.direction === 'long' ? distance : distance.neg()
  const target = dec(plan.referencePrice).plus(away)
  return target.lte(0) ? plan : { ...plan, target: { price: target.toFixed() as Price } }
}
