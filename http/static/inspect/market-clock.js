/** What time it is in the market, between two answers of the engine. Pure: it is told the time of the browser. */

/** Real ms without an answer after which nobody knows how the market went on. */
const SILENCE_MS = 6_000

export const createMarketClock = () => {
  let base = null
  /** The answer before, which the pace is measured from. */
  let answer = null
  let shown = null
  let isStopped = false

  /** Market ms per real ms: never more than was said, and no more than was measured. */
  const paceOf = ({ now, speed }, at) => {
    const said = speed === 'max' ? 0 : speed
    if (answer === null || at <= answer.at) return said
    return Math.max(0, Math.min(said, (now - answer.now) / (at - answer.at)))
  }

  const read = at => {
    if (base === null) return null
    const told = base.now + Math.max(0, Math.min(at - base.at, SILENCE_MS)) * base.pace
    // What was shown too early is waited for, never taken back.
    if (!isStopped) shown = Math.max(shown ?? told, told)
    return shown
  }

  return {
    /** `speed` is market seconds per real second, or `max`, which nobody can foresee; `run` names the process. */
    set({ now, speed, run = null }, at) {
      // Another process may begin its market anew.
      if (answer !== null && answer.run !== run) [base, answer, shown] = [null, null, null]
      const pace = paceOf({ now, speed }, at)
      const isAhead = base !== null && base.now > now
      base = { now: isAhead ? base.now : now, at: isAhead ? base.at : at, pace }
      answer = { now, at, run }
      isStopped = false
    },
    /** An event was seen that happened at `now`: the market is at least there. */
    atLeast(now, at) {
      if (base === null || isStopped || now <= read(at)) return
      base = { ...base, now, at }
    },
    /** The engine does not answer: what was shown last stands. */
    stop(at) {
      read(at)
      isStopped = true
    },
    isStopped: () => isStopped,
    /** Epoch ms; `null` before the engine said. */
    read,
  }
}
