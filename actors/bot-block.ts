/** Why a bot takes no entry at this moment, in words; the first that holds of what stands in its way. */
import { dayStart, INTERVAL_MS } from '../domain/interval.ts'
import type { PositionSummary } from '../domain/position-state.ts'
import type { AccountSettings } from '../domain/settings.ts'
import { confidenceOf } from '../domain/signals/action.ts'
import { temperatureOf, temperatureSize } from '../domain/signals/temperature.ts'
import type { AccountContext } from '../machines/account/context.ts'
import { whyStopped } from '../machines/account/update.ts'

export type Block = {
  settings: Pick<AccountSettings, 'strategy'>
  context: Pick<AccountContext, 'control' | 'breakers'>
  /** Topmost state of its account. */
  state: string
  position: PositionSummary | undefined
  /** −1 to 1; `null` while a signal is warming up. */
  score: number | null
  /** What the rules said to its latest decision, where they refused it. */
  refusal: string | null
  now: number
}

const secondsLeft = (until: number, now: number): string =>
  `${Math.max(0, Math.ceil((until - now) / 1000))} s left`

const ofAccount = ({ context, state, now }: Block): string | null => {
  const stopped = whyStopped(context.control)
  if (stopped !== null) return stopped
  if (state === 'stopped') return 'stopped'
  if (state === 'degraded') return 'degraded: its venue cannot be used'
  if (state === 'reconciling') return 'comparing itself with its venue'
  if (context.breakers.drawdownTripped) return 'drawdown limit reached'
  if (context.breakers.dailyLossTripped) {
    return `daily loss limit reached, ${secondsLeft(dayStart(now) + INTERVAL_MS['1d'], now)}`
  }
  const { cooldownUntil, reason } = context.control
  if (cooldownUntil === null || cooldownUntil <= now) return null
  return `cooldown of the account (${reason ?? 'by hand'}), ${secondsLeft(cooldownUntil, now)}`
}

const ofPosition = ({ position, now }: Block): string | null => {
  if (position === undefined) return null
  const { direction, state, cooldownUntil } = position
  if (direction !== null) return `position already open: ${direction}`
  if (state === 'cooldown') {
    return `cooldown after a trade${cooldownUntil === null ? '' : `, ${secondsLeft(cooldownUntil, now)}`}`
  }
  return state === 'idle' || state === 'hysteresis' ? null : `position is ${state}`
}

const ofScore = ({ settings: { strategy }, score }: Block): string | null => {
  if (score === null) return 'a signal is still warming up'
  const strength = Math.abs(score)
  if (strength < strategy.entryScore || score === 0) {
    return `score ${strength.toFixed(4)} below entry at ${strategy.entryScore}`
  }
  const confidence = confidenceOf(score)
  if (confidence < strategy.confidenceMin) {
    return `confidence ${confidence.toFixed(1)} % below the minimum of ${strategy.confidenceMin} %`
  }
  const temperature = temperatureOf(score, strategy.temperature)
  return temperatureSize(temperature, strategy.temperature) === 0
    ? `temperature ${temperature} takes no size`
    : null
}

/** Evidence that was believed is used up: then the refusal says more than that there is none. */
const ofConfirmation = ({ settings: { strategy }, position, score, refusal, now }: Block): string | null => {
  const side = (score ?? 0) > 0 ? 'long' : 'short'
  const own = position?.evidence?.direction === side ? position.evidence : null
  if (own !== null && now < own.until) return `confirmation pending, ${secondsLeft(own.until, now)}`
  if (refusal !== null || own !== null || position === undefined || strategy.confirmationMs === 0)
    return refusal
  return `confirmation of ${strategy.confirmationMs / 1000} s not begun`
}

/** `null`: nothing keeps it from an entry at its next decision. */
export const whyNoEntry = (block: Block): string | null =>
  ofAccount(block) ?? ofPosition(block) ?? ofScore(block) ?? ofConfirmation(block)
