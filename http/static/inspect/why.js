/** Why an actor does not do more: what is stopped, what it waits for, and until when. Pure. */
import { words } from './conditions.js'
import { waysOut } from './ways.js'

const deadline = (label, at) => ({ kind: 'deadline', label, at })
const stopped = label => ({ kind: 'stopped', label, at: null })
const waiting = label => ({ kind: 'waiting', label, at: null })

const known = list => list.filter(each => each.at !== null || each.kind !== 'deadline')

const ofAccount = (context, account) => {
  const { control = {}, breakers = {}, counters = {} } = context
  return known([
    ...(account?.entries_stopped ? [stopped(`No entries: ${account.entries_stopped}`)] : []),
    ...(control.reason ? [stopped(`Reason: ${control.reason}`)] : []),
    ...(breakers.drawdownTripped ? [stopped('The drawdown limit is tripped')] : []),
    ...(breakers.dailyLossTripped ? [stopped('The daily loss limit is tripped')] : []),
    deadline('Cooldown ends', control.cooldownUntil ?? null),
    deadline('Next decision', account?.next_decision_at ? Date.parse(account.next_decision_at) : null),
    deadline('Next comparison with the venue', counters.checkAt ?? null),
  ])
}

const ofPosition = (context, account) => {
  const { protection = {}, settings = {}, fills = {}, exit = {} } = context
  const isNaked = protection.nakedSince !== null && protection.nakedSince !== undefined
  return known([
    ...(account?.entries_stopped ? [stopped(`No entries: ${account.entries_stopped}`)] : []),
    ...(fills.reported ? [stopped(`Somebody else holds ${fills.reported} at the venue`)] : []),
    ...(exit.refusals > 0 ? [stopped(`The venue refused ${exit.refusals} closes in a row`)] : []),
    deadline(
      'Closed at market unless protected',
      isNaked ? protection.nakedSince + settings.nakedMsMax : null,
    ),
  ])
}

const ofOrder = context => {
  const { progress = {}, request = {} } = context
  return known([
    ...(progress.venueOrderId === null ? [waiting('The venue has not named it yet')] : []),
    deadline('Expires', request.validUntil ?? null),
  ])
}

const OF = { account: ofAccount, position: ofPosition, order: ofOrder }

/** What happens when the time of a state is over; the innermost state that is named here tells. */
const ENDINGS = {
  'account.cooldown': 'Cooldown ends',
  'account.degraded': 'The venue is tried again',
  account: 'Next comparison with the venue',
  'position.hysteresis': 'The signal is forgotten',
  'position.ordering.sent': 'The venue is asked about the order',
  'position.ordering.awaiting': 'The venue is asked about the fills',
  'position.protecting.aiming': 'Goes on without its target',
  'position.protecting.waiting': 'The stop is tried again',
  'position.protecting': 'Closed at market unless protected',
  'position.protected': 'Its orders are looked after',
  'position.closing.waiting': 'The close is tried again',
  'position.cooldown': 'Cooldown ends',
  'order.unknown': 'Looked for at the venue',
}

const endingOf = ({ type, state }) => {
  const path = [type, ...state.split('.')]
  const ids = path.map((_, at) => path.slice(0, path.length - at).join('.'))
  return ENDINGS[ids.find(id => id in ENDINGS)] ?? 'Goes on by itself'
}

/** A deadline of the actor itself that none of the others tells already. */
const ownDeadline = (actor, others) => {
  const at = actor.until === null ? null : Date.parse(actor.until)
  if (at === null || others.some(each => each.at === at)) return []
  return [deadline(endingOf(actor), at)]
}

/** Reasons, the gravest first. `context` is `null` when it is not known. */
export const reasonsOf = ({ actor, chart, context, account }) => {
  const told = context === null ? [] : OF[actor.type](context, account)
  const { waits, services } = waysOut(chart, actor.state)
  return [
    ...told.filter(({ kind }) => kind === 'stopped'),
    ...services.map(each => waiting(`Waits for ${words(each)} to answer`)),
    ...told.filter(({ kind }) => kind === 'waiting'),
    ...ownDeadline(actor, told),
    ...told.filter(({ kind }) => kind === 'deadline').sort((a, b) => a.at - b.at),
    ...waits.map(({ label, target }) => ({
      kind: 'guard',
      label: `Leaves when ${label}`,
      target: target.split('.').slice(1).join('.'),
      at: null,
    })),
  ]
}
