/** What a person reads after recorded questions were asked again. */
import type { Replay } from '../actors/model/replay-decisions.ts'
import type { Bill, ComparedDecision, Words } from '../domain/model/side-by-side.ts'
import { dec } from '../domain/units.ts'
import { type Column, table } from './output/table.ts'
import { paint, type Terminal } from './output/terminal.ts'

const two = (value: string): string => dec(value).toFixed(2)
const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

const wordsText = (words: Words | null): string | null => {
  if (words === null) return null
  const { action, allocation, confidence } = words
  const isEntry = action === 'buy' || action === 'sell'
  const size = allocation === null || !isEntry ? '' : ` ${two(allocation)}`
  return `${action}${size}${confidence === null ? '' : ` (${confidence})`}`
}

const ruled = (outcome: string | null, code: string | null): string | null =>
  outcome === null ? null : code === null ? outcome : `${outcome}: ${code}`

const recordedResult = ({ recorded }: ComparedDecision): string | null => {
  if (recorded.pnl !== null) return two(recorded.pnl)
  return recorded.isOpen ? 'not closed' : null
}

const paperResult = ({ replayed: { paper } }: ComparedDecision): string | null => {
  if (paper === null) return null
  if (!paper.isFilled) return 'not filled'
  return `${two(paper.pnl)}${paper.isOpen ? ' open' : ''}`
}

const COLUMNS: Column<ComparedDecision>[] = [
  { title: 'time', value: row => minute(row.candleAt) },
  { title: 'account', value: row => row.accountId },
  { title: 'asset', value: row => row.symbol },
  { title: 'recorded', value: row => wordsText(row.recorded.words) },
  { title: 'replayed', value: row => wordsText(row.replayed.words) ?? row.replayed.problem },
  { title: 'rules said', value: row => ruled(row.recorded.outcome, row.recorded.code) },
  {
    title: 'rules would say',
    value: ({ replayed: { verdict } }) => (verdict === null ? null : ruled(verdict.outcome, verdict.code)),
  },
  { title: 'recorded USD', value: recordedResult, align: 'right' },
  { title: 'paper USD', value: paperResult, align: 'right' },
]

type Side = { side: string; bill: Bill; trades: number; pnl: string; net: string }

const SIDES: Column<Side>[] = [
  { title: '', value: row => row.side },
  { title: 'questions', value: row => row.bill.calls },
  { title: 'tokens', value: row => row.bill.tokens },
  {
    title: 'model USD',
    value: ({ bill }) =>
      bill.unpriced === 0 ? bill.costUsd : `${bill.costUsd} and ${bill.unpriced} of unknown price`,
    align: 'right',
  },
  { title: 'trades', value: row => row.trades },
  { title: 'result USD', value: row => two(row.pnl) },
  { title: 'net of model', value: row => two(row.net) },
]

export const replayReport = ({ decisions, comparison, more }: Replay, terminal: Terminal): string => {
  const { agreed, compared, agreementPercent, notRebuilt, recorded, replayed } = comparison
  const lines = [
    '',
    paint(terminal, 'bold', 'Recorded decisions asked again, paper results'),
    '',
    table(COLUMNS, decisions, terminal),
    '',
    table(
      SIDES,
      [
        { side: 'recorded', ...recorded },
        { side: 'replayed, paper', ...replayed },
      ],
      terminal,
    ),
    '',
    agreementPercent === null
      ? 'There is no decision with an answer on both sides.'
      : `The same action in ${agreed} of ${compared} decisions (${agreementPercent.toFixed(1)} %).`,
    'Each replayed entry was played alone on the recorded market: several at once would have shared the limits.',
  ]
  if (notRebuilt > 0) {
    lines.push(
      `Of ${notRebuilt} decisions the state could not be rebuilt: what the rules would have said is not known, and nothing was played.`,
    )
  }
  if (more > 0) lines.push(`${more} further questions lie in this time; --limit sets how many are asked.`)
  return [...lines, ''].join('\n')
}
