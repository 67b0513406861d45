/** Which facts begin and end an alert. One rule per type of fact; what a rule remembers is bounded by the accounts. */
import type { AlertChange, AlertLevel, AlertThresholds } from '../../domain/alert.ts'
import { type ClosedTrade, type Fact, type FactBody, isRemoval } from '../../domain/fact.ts'
import { DISABLING } from '../../domain/model/port.ts'

const MESSAGE_MAX = 300
const short = (text: string): string => (text.length > MESSAGE_MAX ? `${text.slice(0, MESSAGE_MAX)}…` : text)

const because = (reason: string | null): string => (reason === null ? '' : `: ${short(reason)}`)

type FactOf<Type extends FactBody['type']> = Extract<Fact, { type: Type }>

type StateRule = { code: string; level: AlertLevel; what: string; over: string; lasts: readonly string[] }

/** States of an account that a person should know of, with how bad they are; in those it `lasts` in, it is not over. */
const STATES: Record<string, StateRule> = {
  degraded: {
    code: 'account_degraded',
    level: 'critical',
    what: 'cannot use its venue',
    over: 'can use its venue again',
    // The venue is being asked, and has not answered.
    lasts: ['reconciling', 'closing'],
  },
  halted: {
    code: 'account_halted',
    level: 'critical',
    what: 'is halted',
    over: 'is no longer halted',
    // Halted is who may not decide; what is open may still be on its way out.
    lasts: ['reconciling', 'closing', 'degraded'],
  },
}

/** Ends of a position that no plan of ours wished for. */
const BAD_ENDS: Partial<Record<ClosedTrade['exitReason'], string>> = {
  liquidation: 'was liquidated by the venue',
  naked_deadline: 'was closed because no stop was confirmed in time',
  stop_refused: 'was closed because the venue refused its stop',
}

export class AlertRules {
  readonly #thresholds: Pick<AlertThresholds, 'nakedMs' | 'modelFailures'>
  /** Failures in a row by account, and by model. */
  readonly #failures = new Map<string, Map<string, number>>()

  constructor(thresholds: Pick<AlertThresholds, 'nakedMs' | 'modelFailures'>) {
    this.#thresholds = thresholds
  }

  changes(fact: Fact): AlertChange[] {
    switch (fact.type) {
      case 'account.failed':
        return [this.#failed(fact)]
      case 'account.moved':
        return moved(fact)
      case 'account.administered':
        return isRemoval(fact) ? this.#removed(fact.accountId) : []
      case 'limit.tripped':
        return [tripped(fact)]
      case 'limit.rearmed':
        return [{ do: 'clear', key: `limit:${fact.accountId}:${fact.limit}` }]
      case 'protection.confirmed':
        return this.#protected(fact)
      case 'trade.closed':
        return closed(fact)
      case 'order.unknown':
        return [unknownOrder(fact)]
      case 'order.updated':
        return [{ do: 'clear', key: `order:${fact.accountId}:${fact.order.clientOrderId}` }]
      case 'model.called':
        return this.#called(fact)
      case 'decision.recorded':
        return budgetSpent(fact)
      case 'close.abandoned':
        return [tell(fact, 'close_abandoned', 'critical', abandonedText(fact), fact.symbol)]
      case 'snapshot.rejected':
        return [tell(fact, 'snapshot_rejected', 'warning', `${short(fact.reason)}; ${short(fact.action)}.`)]
      case 'control.commanded':
        return fact.command === 'panic'
          ? [tell(fact, 'panic', 'critical', `Panic was said by ${short(fact.by)}${because(fact.reason)}.`)]
          : []
      default:
        return []
    }
  }

  #failed(fact: FactOf<'account.failed'>): AlertChange {
    const again = fact.restartAt === null ? '' : ' It is being restarted.'
    return {
      do: 'raise',
      subject: {
        key: `failed:${fact.accountId}`,
        code: 'account_failed',
        level: 'critical',
        accountId: fact.accountId,
        message: `Account ${fact.accountId} failed: ${short(fact.message)}.${again}`,
      },
      over: `Account ${fact.accountId} runs again.`,
    }
  }

  /** An account that comes back under its id begins without a past. */
  #removed(accountId: string): AlertChange[] {
    this.#failures.delete(accountId)
    return [{ do: 'dismiss', accountId }]
  }

  #protected(fact: FactOf<'protection.confirmed'>): AlertChange[] {
    const { nakedMs } = this.#thresholds
    const cleared: AlertChange = { do: 'clear', key: `naked:${fact.accountId}:${fact.positionId}` }
    if (nakedMs === null || fact.nakedMs <= nakedMs) return [cleared]
    const message = `${fact.symbol} stood ${fact.nakedMs / 1000} s without a confirmed stop; the limit is ${nakedMs / 1000} s.`
    return [tell(fact, 'naked_too_long', 'critical', message, fact.symbol), cleared]
  }

  #called(fact: FactOf<'model.called'>): AlertChange[] {
    const { reply, request } = fact.call
    const { accountId } = fact
    const [off, failing] = [`model_off:${accountId}`, `model_failing:${accountId}`]
    const byModel = this.#failures.get(accountId) ?? new Map<string, number>()
    if (reply.ok) {
      byModel.delete(request.model)
      return [off, failing, `model_budget:${accountId}`].map(each => ({ do: 'clear', key: each }))
    }
    if (reply.failure === 'not_recorded') return []
    const failures = (byModel.get(request.model) ?? 0) + 1
    this.#failures.set(accountId, byModel.set(request.model, failures))
    const subject = { accountId, message: '' }
    const answersAgain = `The model of account ${accountId} answers again.`
    if (DISABLING.has(reply.failure)) {
      const message = `Model ${short(request.model)} is switched off: ${reply.failure}. Put its key, credit or name right, then restart.`
      return [
        {
          do: 'raise',
          subject: { ...subject, key: off, code: 'model_off', level: 'critical', message },
          over: answersAgain,
        },
      ]
    }
    const { modelFailures } = this.#thresholds
    if (modelFailures === null || failures < modelFailures) return []
    const message = `Model ${short(request.model)} failed ${failures} times in a row, last by ${reply.failure}.`
    return [
      {
        do: 'raise',
        subject: { ...subject, key: failing, code: 'model_failing', level: 'warning', message },
        over: answersAgain,
      },
    ]
  }
}

const tell = (fact: Fact, code: string, level: AlertLevel, message: string, asset?: string): AlertChange => ({
  do: 'tell',
  subject: {
    key: `${code}:${fact.accountId}:${fact.seq}`,
    code,
    level,
    accountId: fact.accountId,
    ...(asset === undefined ? {} : { asset }),
    message: `Account ${fact.accountId}: ${message}`,
  },
})

/** Account-wide alerts end with the state that raised them; whoever rests or trades again has not failed any more. */
const moved = (fact: FactOf<'account.moved'>): AlertChange[] => {
  const { accountId, reason } = fact
  const top = fact.to.split('.', 1)[0] ?? ''
  const changes: AlertChange[] = Object.entries(STATES)
    .filter(([state, { lasts }]) => state !== top && !lasts.includes(top))
    .map(([state]) => ({ do: 'clear', key: `state:${accountId}:${state}` }))
  if (top !== 'reconciling') changes.push({ do: 'clear', key: `failed:${accountId}` })
  const found = STATES[top]
  if (found === undefined) return changes
  const message = `Account ${accountId} ${found.what}${because(reason)}.`
  const { code, level } = found
  changes.push({
    do: 'raise',
    subject: { key: `state:${accountId}:${top}`, code, level, accountId, message },
    over: `Account ${accountId} ${found.over}.`,
  })
  return changes
}

const LIMITS: Record<FactOf<'limit.tripped'>['limit'], { what: string; level: AlertLevel }> = {
  daily_loss: { what: 'Daily loss', level: 'critical' },
  drawdown: { what: 'Drawdown', level: 'critical' },
  drawdown_warn: { what: 'Drawdown', level: 'warning' },
}

const tripped = (fact: FactOf<'limit.tripped'>): AlertChange => {
  const { accountId, limit, actual, line } = fact
  const { what, level } = LIMITS[limit]
  const message = `${what} of account ${accountId} is ${actual}, its line is ${line}.`
  const code = limit === 'drawdown_warn' ? 'drawdown_warning' : `${limit}_limit`
  return {
    do: 'raise',
    subject: { key: `limit:${accountId}:${limit}`, code, level, accountId, message },
    over: `${what} of account ${accountId} is watched anew; its line is ${line}.`,
  }
}

const closed = (fact: FactOf<'trade.closed'>): AlertChange[] => {
  const { trade, accountId } = fact
  const cleared: AlertChange = { do: 'clear', key: `naked:${accountId}:${trade.positionId}` }
  const how = BAD_ENDS[trade.exitReason]
  if (how === undefined) return [cleared]
  return [
    cleared,
    tell(fact, trade.exitReason, 'critical', `${trade.symbol} ${how}; result ${trade.pnl}.`, trade.symbol),
  ]
}

const unknownOrder = (fact: FactOf<'order.unknown'>): AlertChange => {
  const { accountId, clientOrderId, symbol, message } = fact
  return {
    do: 'raise',
    subject: {
      key: `order:${accountId}:${clientOrderId}`,
      code: 'order_unknown',
      level: 'warning',
      accountId,
      asset: symbol,
      message: `Order ${clientOrderId} of ${symbol} is not known to have arrived: ${short(message)}. It is looked up.`,
    },
    over: `What became of order ${clientOrderId} of ${symbol} is known.`,
  }
}

const budgetSpent = (fact: FactOf<'decision.recorded'>): AlertChange[] => {
  const { code, limit, actual } = fact.decision
  if (code !== 'model_budget_spent') return []
  const { accountId } = fact
  const message = `The model budget of account ${accountId} is spent: ${actual ?? '?'} of ${limit ?? '?'}.`
  const key = `model_budget:${accountId}`
  return [
    {
      do: 'raise',
      subject: { key, code: 'model_budget_spent', level: 'warning', accountId, message },
      over: `The model of account ${accountId} is asked again within its budget.`,
    },
  ]
}

const abandonedText = ({ symbol, quantity, reason }: FactOf<'close.abandoned'>): string =>
  `${quantity} ${symbol} stay open that were to be closed: ${short(reason)}.`
