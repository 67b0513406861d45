/** What time it is in the market, between two answers of the engine. Pure: it is told the time of the browser. */

export const createMarketClock = () => {
  let base = null
  return {
    /** `speed` is market seconds per real second, or `max`, which nobody can foresee. */
    set({ now, speed }, at) {
      base = { now, speed: speed === 'max' ? 0 : speed, at }
    },
    /** An event was seen that happened at `now`: the market is at least there. */
    atLeast(now, at) {
      if (base === null || now <= this.read(at)) return
      base = { ...base, now, at }
    },
    /** Epoch ms; `null` before the engine said. */
    read(at) {
      return base === null ? null : base.now + (at - base.at) * base.speed
    },
  }
}
