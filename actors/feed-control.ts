/** How the feed of the market is stopped, started again and looked at. What is said here ends with the process. */

export type FeedStatus = {
  /** `stopping`: asked to, and goes on to the next open of a candle; `ended`: nothing more will come. */
  state: 'running' | 'stopping' | 'stopped' | 'ended'
  /** Real time since the market said something last; `null`: it has not yet. */
  messageAgeMs: number | null
  /** Times it was started again after a stop. */
  restarts: number
}

export interface FeedControl {
  feed(): FeedStatus
  /**
   * The market stands: no prices, no candles, no decisions, and its clock does not run, so that nothing is lost and no
   * deadline passes. What people say is done: closes fill at the last price told.
   */
  hold(): FeedStatus
  release(): FeedStatus
}
