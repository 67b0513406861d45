/** What the conditions of the machines mean, as words that go on after "when". */

const WORDS = {
  cancelIsAsked: 'its cancel was asked for',
  checkIsDue: 'a comparison is due',
  closeIsAsked: 'a close was asked for',
  closesPart: 'only a part is closed',
  cooldownIsOver: 'the cooldown is over',
  dailyLossIsTripped: 'the daily loss limit trips',
  drawdownIsTripped: 'the drawdown limit trips',
  exitFallsShort: 'the exit falls short',
  exitHasFilled: 'a part has been closed',
  exitIsFilled: 'the exit has filled',
  hasEvidence: 'a reversal shows',
  hasExposure: 'something is open',
  hasNoOrders: 'no order is left',
  hasNothingToFlatten: 'nothing is left to close',
  isCalledOff: 'the decision is called off',
  isCancelled: 'it was cancelled',
  isCooling: 'it cools down',
  isDisturbed: 'a wish or a limit stops it',
  isDrained: 'the last position is closed',
  isDue: 'the time is up',
  isExpired: 'it has expired',
  isFilled: 'it has filled',
  isFlat: 'nothing is open any more',
  sentNothing: 'nothing was left to send',
  isForeign: 'what is open is not ours',
  isGiven: 'it was asked for by hand',
  isHalted: 'it is halted',
  isLeg: 'it was waited for',
  isOfOthers: 'it belongs to somebody else',
  isOpen: 'something is open',
  isPaused: 'it is paused',
  isProved: 'the stop is proved',
  isReduceOnly: 'it only reduces',
  isRejected: 'it was rejected',
  isReported: 'somebody else holds it',
  isSeen: 'it is known already',
  isSettled: 'every entry is settled',
  isSettling: 'an entry is under way',
  isTakenOver: 'what is open has a plan',
  leverageFits: 'the entry fits its leverage',
  lookupIsDue: 'a look is due',
  mayBeSentAgain: 'it may be sent again',
  mayLeaveCooldown: 'something graver comes',
  mayLeaveHalt: 'the halt is lifted',
  mayLeaveHysteresis: 'the equity is back',
  mayLeavePause: 'the pause is lifted',
  mayStillArrive: 'it may still arrive',
  mustFlatten: 'all open is to be closed',
  mustStop: 'it is to end',
  nakedIsOver: 'unprotected too long',
  needsStop: 'a larger stop is needed',
  outgrewStop: 'it outgrew its stop',
  owesFills: 'fills are missing',
  partIsDue: 'a part is due',
  planCloses: 'its plan closes it',
  planMovesStop: 'its plan moves the stop',
  retryIsDue: 'the next try is due',
  stopIsAccepted: 'it is the newest stop',
  stopIsLost: 'the stop is lost',
  stopIsMissing: 'the stop is missing',
  stopWouldTrigger: 'the stop would trigger',
  targetIsDue: 'the target is due',
  targetStands: 'the target stands',
  wantsNextSlice: 'the next slice is due',
  wantsNoStop: 'no stop is wanted',
}

/** The same name, of one kind of actor only. */
const OF_KIND = {
  'account isDue': 'a decision is due',
  'position.closing.exiting order.settled isLeg': 'the exit did not fill',
  'position.protecting.aiming order.settled isLeg': 'the target is refused',
}

/** Conditions without a name, by where they lead from and to. */
const NAMELESS = {
  'account.reconciling account.agreeing': 'the venue answers',
  'account.analysing account.ordering': 'it was asked for by hand',
  'account.analysing account.deciding': 'the market is known',
  'position.ordering.preparing position.ordering.sent': 'the leverage is set',
  'order.submitting order.settling': 'the venue took it',
  'order.submitting order.unknown': 'the venue has it already',
  'order.submitting order.rejected': 'the venue refused it',
  'order.working order.settling': 'it has ended',
  'order.cancelling order.settling': 'it has ended',
  'order.looking order.settling': 'the venue knows it',
  'order.looking order.unknown': 'nobody can tell',
}

/** `mayLeaveCooldown` → `may leave cooldown`. */
export const words = name => name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase()

/** The condition of a transition in words; `null` for one without. */
export const conditionOf = ({ source, target, event, guard }) => {
  if (guard === null) return null
  if (guard === 'condition') return NAMELESS[`${source} ${target}`] ?? 'so it is'
  const [kind] = source.split('.')
  return OF_KIND[`${source} ${event} ${guard}`] ?? OF_KIND[`${kind} ${guard}`] ?? WORDS[guard] ?? words(guard)
}
