/** Writes the scripted model's answer in the schema of the question. */
import type { Choice, Task } from './reading.ts'
import type { Temper } from './temper.ts'

type Decision = Record<string, unknown>

/** Enough digits for any asset, and no more than a person would write. */
const rounded = (value: number): number => Number(value.toPrecision(6))

const wanted = ({ actions, figures }: Choice, temper: Temper): string => {
  const lean = temper.lean(figures)
  const side = lean > 0 ? 'buy' : 'sell'
  // In a position, only the other side is on offer: half a reason to take it is enough to leave.
  const isAgainst = actions.includes('close') && actions.includes(side)
  if (isAgainst && Math.abs(lean) >= temper.acts / 2) return 'close'
  if (Math.abs(lean) < temper.acts || figures.price === null) return 'hold'
  if (actions.includes(side)) return side
  return 'hold'
}

const decisionOf = (choice: Choice, temper: Temper, equity: number): Decision => {
  const { figures, keys } = choice
  const action = wanted(choice, temper)
  const lean = temper.lean(figures)
  const isEntry = action === 'buy' || action === 'sell'
  const sign = action === 'buy' ? 1 : -1
  const price = isEntry ? figures.price : null
  const away = (distance: number): number | null => (price === null ? null : rounded(price * (1 + distance)))
  const rsi = figures.rsi14 === null ? 'unknown' : figures.rsi14.toFixed(1)
  const values: Decision = {
    asset: choice.asset,
    rationale: `Lean ${lean.toFixed(2)} from RSI ${rsi} and the distance to EMA 20; ${temper.acts} is needed to act.`,
    action,
    allocation_usd: isEntry ? Math.floor(equity * temper.share) : 0,
    tp_price: away(sign * 2 * temper.stop),
    sl_price: away(-sign * temper.stop),
    exit_plan: isEntry ? 'Leave at the stop or at twice its distance.' : '',
    leverage: null,
    close_fraction: null,
    confidence: Math.round(50 + 50 * Math.abs(lean)),
    predicted_roi_pct: isEntry ? rounded(200 * temper.stop * Math.abs(lean)) : null,
    exit_conditions: [],
  }
  return Object.fromEntries(keys.map(key => [key, values[key] ?? null]))
}

/** A document of the asked schema. */
export const answerOf = (task: Task, temper: Temper): { [key: string]: unknown } => ({
  ...(task.hasReasoning ? { reasoning: 'By simple rules on the numbers given.' } : {}),
  trade_decisions: task.choices.map(choice => decisionOf(choice, temper, task.equity)),
})

type Document = ReturnType<typeof answerOf>
const decisionsOf = (document: Document): Decision[] => document['trade_decisions'] as Decision[]
const changed = (document: Document, change: Decision): string =>
  JSON.stringify({
    ...document,
    trade_decisions: decisionsOf(document).map(each => ({ ...each, ...change })),
  })

/** What real models do now and then, in the order in which the erratic one draws them. */
const SLIPS: readonly ((document: Document) => string)[] = [
  document => `\`\`\`json\n${JSON.stringify(document)}\n\`\`\``,
  document => `Here is my decision:\n\n${JSON.stringify(document)}\n\nGood luck!`,
  document => JSON.stringify(document).slice(0, -25),
  document => changed(document, { allocation_usd: 'all of it' }),
  document => changed(document, { allocation_usd: -100 }),
  document => changed(document, { asset: 'DOGE/MOON' }),
  document => changed(document, { sl_price: 0, tp_price: 0 }),
  () => 'I would rather not decide now.',
]

/** About one answer in three slips; which, and how, is in the draw (0 to 2^32 - 1). */
export const slipped = (document: Document, draw: number): string => {
  const slip = draw % 3 === 0 ? SLIPS[Math.floor(draw / 3) % SLIPS.length] : undefined
  return slip === undefined ? JSON.stringify(document) : slip(document)
}
