/** Rules and a model together: the rules say when, the model may veto, and may leave what is open. */
import { bounded } from '../../domain/model/context-json.ts'
import { hold, type Proposal } from '../../domain/strategy.ts'

const REASON_MAX = 300

/** What the rules propose, for the model to read; nothing where nobody asked them. */
export const signalLines = (signals: readonly Proposal[]): string => {
  if (signals.length === 0) return ''
  const lines = signals.map(({ symbol, action, confidence, rationale }) =>
    JSON.stringify({
      asset: symbol,
      action,
      confidence: confidence === null ? null : Number(confidence.toFixed(2)),
      reason: bounded(rationale, REASON_MAX),
    }),
  )
  return `\n\nThe rules of this account propose, as JSON:\n${lines.join('\n')}\nConfirm a proposal by the same action, veto it by hold. What is open you may leave on your own; enter nothing they do not propose.`
}

/** The rules' proposal where the model agrees, a hold where it does not, and the model's where it leaves a position. */
export const combined = (signals: readonly Proposal[], answer: Proposal, isOpen: boolean): Proposal => {
  const signal = signals.find(each => each.symbol === answer.symbol)
  const wanted = signal?.action ?? 'hold'
  const said = bounded(answer.rationale, REASON_MAX)
  if (signal === undefined || wanted === 'hold') {
    if (answer.action === 'hold' || isOpen) return answer
    return {
      ...hold(answer.symbol, `no signal for the model's ${answer.action}: ${said}`),
      ...withheld('not_signalled'),
    }
  }
  if (answer.action === wanted)
    return { ...signal, rationale: `${signal.rationale}; the model agrees: ${said}` }
  // A model that wants to leave what is open is heard even where the rules want something else.
  if (isOpen && answer.action === 'close') return answer
  return { ...hold(answer.symbol, `the model vetoes ${wanted}: ${said}`), ...withheld('model_vetoed') }
}

const withheld = (code: string): Pick<Proposal, 'withheld'> => ({
  withheld: { code, limit: null, actual: null },
})
