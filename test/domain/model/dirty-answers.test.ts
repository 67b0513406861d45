/** What comes of each dirty answer: the table of faults 29 and 30, B-13 and M-26. */
import { describe, expect, test } from 'vitest'
import type { SchemaVersion } from '../../../domain/model/legal.ts'
import { readDecisions } from '../../../domain/model/read-decisions.ts'
import { answer, buyBtc, closeBelowEma, type Doc, holdOf, question, without } from './given-answers.ts'

/** A refusal as `code` and what its problem says; or the actions of the proposals with, where there is one, a note. */
type Outcome = { code: string; says: string } | { actions: string; note?: string }
type Row = [name: string, text: string, outcome: Outcome, version?: SchemaVersion, symbols?: string[]]

const BUY: Outcome = { actions: 'BTC buy' }
const refused = (code: string, says: string): Outcome => ({ code, says })
const shape = (says: string): Outcome => refused('shape', says)
const raw = (field: string, literal: string): string =>
  answer(buyBtc({ [field]: '@' })).replace('"@"', literal)
const fence = '```'
const both = (one: Doc, other: Doc): string => answer(one, other)
const clean = answer(buyBtc())

const AROUND: Row[] = [
  ['nothing around it', clean, BUY],
  ['a byte order mark and blanks', `\uFEFF \n${clean}\n`, BUY],
  ['a fence with a language', `${fence}json\n${clean}\n${fence}`, BUY],
  ['a fence without one, in prose', `Here you are:\n${fence}\n${clean}\n${fence}\nGood luck! 🚀`, BUY],
  ['prose with brackets', `I looked at {the chart} and [1], see {}.`, shape('trade_decisions')],
  ['prose with brackets before it', `I looked at {the chart} and [1]: ${clean}`, BUY],
  ['thoughts before it', `<think>hm, "buy"?</think>${clean}`, BUY],
  ['the same object twice', `draft ${clean} final ${clean}`, BUY],
  ['two different objects', `${clean}\n${answer(holdOf())}`, refused('several_objects', 'two different')],
  ['nothing', '', refused('empty', 'empty')],
  ['blanks only', ' \n\t\uFEFF', refused('empty', 'empty')],
  ['a refusal', "I'm sorry, I cannot give financial advice.", refused('no_json', 'no JSON object')],
  ['emoji only', '🚀🌕', refused('no_json', 'no JSON object')],
  ['HTML', '<html><body>502 Bad Gateway</body></html>', refused('no_json', 'no JSON object')],
  ['an array at the root', `[${JSON.stringify(buyBtc())}]`, refused('not_an_object', 'object')],
  ['an array in prose', `So: [${JSON.stringify(buyBtc())}] ok`, refused('not_an_object', 'object')],
  ['a text holding it', JSON.stringify(clean), refused('not_an_object', 'object')],
  ['null', 'null', refused('not_an_object', 'object')],
  ['five megabytes', `${' '.repeat(5_000_000)}${clean}`, refused('too_large', '200000')],
  ['cut off in the middle', clean.slice(0, -40), refused('invalid_json', 'never closed')],
  ['one bracket too few', clean.slice(0, -1), refused('invalid_json', 'never closed')],
  ['a trailing comma', clean.replace('}]', '},]'), refused('invalid_json', 'not valid JSON')],
  ['a comment', clean.replace('[', '[/*x*/'), refused('invalid_json', 'not valid JSON')],
  ['single quotes', clean.replaceAll('"', "'"), refused('invalid_json', 'not valid JSON')],
  ['a bare NaN', raw('allocation_usd', 'NaN'), refused('invalid_json', 'not valid JSON')],
  ['a null byte in a text', clean.replace('Trend', 'Tre\u0000nd'), refused('invalid_json', 'not valid JSON')],
  ['a key twice', clean.replace('{"asset"', '{"asset":"ETH","asset"'), refused('duplicate_key', 'asset')],
  [
    'a key twice, once escaped',
    clean.replace('{"asset"', '{"\\u0061sset":"BTC","asset"'),
    refused('duplicate_key', 'asset'),
  ],
  ['nested junk', `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, refused('too_deep', 'deeper')],
  ['an answer inside another object', `{"answer":${clean}}`, shape('trade_decisions: ')],
]

const SHAPES: Row[] = [
  ['no decisions', answer(), shape('trade_decisions: ')],
  ['decisions that are no list', '{"trade_decisions":{}}', shape('trade_decisions: ')],
  ['a key too many at the root', clean.replace('{', '{"note":1,'), shape('note: no such field')],
  ['`__proto__` at the root', clean.replace('{', '{"__proto__":{},'), shape('__proto__: no such field')],
  ['a key too many', answer(buyBtc({ size: 1 })), shape('trade_decisions[0].size: no such field')],
  [
    'five keys too many',
    answer(buyBtc({ a: 1, b: 1, c: 1, d: 1, e: 1 })),
    shape('.c: no such field; and 2 more'),
  ],
  [
    'a field of version 2 in version 1',
    answer(buyBtc({ leverage: 2 })),
    shape('[0].leverage: no such field'),
  ],
  ['a decision that is a text', answer('buy BTC'), shape('trade_decisions[0]: ')],
  ['a decision that is null', answer(holdOf(), null), shape('trade_decisions[1]: ')],
  ['an asset that is a number', answer(buyBtc({ asset: 1 })), shape('trade_decisions[0].asset: ')],
  ['an action nobody knows', answer(buyBtc({ action: 'moon' })), shape('trade_decisions[0].action: ')],
  ['an action in capitals', answer(buyBtc({ action: 'BUY' })), shape('trade_decisions[0].action: ')],
  ['a close in version 1', answer(holdOf('BTC', { action: 'close' })), shape('[0].action: ')],
  ['a negative allocation', answer(buyBtc({ allocation_usd: -5 })), shape('[0].allocation_usd: ')],
  ['a negative allocation as text', answer(buyBtc({ allocation_usd: '-5' })), shape('[0].allocation_usd: ')],
  ['an allocation of null', answer(buyBtc({ allocation_usd: null })), shape('[0].allocation_usd: ')],
  ['1e309', raw('allocation_usd', '1e309'), shape('[0].allocation_usd: ')],
  ['1e300', raw('allocation_usd', '1e300'), shape('[0].allocation_usd: ')],
  ['5e-324', raw('tp_price', '5e-324'), shape('[0].tp_price: too small')],
  ['the text "NaN"', answer(buyBtc({ allocation_usd: 'NaN' })), shape('[0].allocation_usd: ')],
  ['the text "1e999"', answer(buyBtc({ allocation_usd: '1e999' })), shape('[0].allocation_usd: ')],
  ['the text "1,000"', answer(buyBtc({ allocation_usd: '1,000' })), shape('[0].allocation_usd: ')],
  ['the text "1.000"', answer(buyBtc({ allocation_usd: '1.000' })), shape('[0].allocation_usd: ')],
  ['the text "$50"', answer(buyBtc({ allocation_usd: '$50' })), shape('[0].allocation_usd: ')],
  ['a price of 0', answer(buyBtc({ sl_price: 0 })), shape('[0].sl_price: ')],
  ['a rationale that is a list', answer(buyBtc({ rationale: ['up'] })), shape('[0].rationale: ')],
  ...Object.keys(buyBtc()).map(
    (key): Row => [`no ${key}`, answer(without(buyBtc(), key)), shape(`trade_decisions[0].${key}: `)],
  ),
  ['leverage 0', answer(buyBtc({ leverage: 0 })), shape('[0].leverage: '), 2],
  ['close_fraction 0', answer(buyBtc({ close_fraction: 0 })), shape('[0].close_fraction: '), 2],
  ['close_fraction 1.5', answer(buyBtc({ close_fraction: 1.5 })), shape('[0].close_fraction: '), 2],
  ['confidence 101', answer(buyBtc({ confidence: 101 })), shape('[0].confidence: '), 2],
  ['confidence "high"', answer(buyBtc({ confidence: 'high' })), shape('[0].confidence: '), 2],
  [
    'a condition nobody knows',
    answer(buyBtc({ exit_conditions: [{ kind: 'hope', value: 1 }] })),
    shape('[0].exit_conditions[0].kind: '),
    2,
  ],
  [
    'more conditions than anybody can mean',
    answer(buyBtc({ exit_conditions: Array.from({ length: 11 }, () => closeBelowEma()) })),
    shape('[0].exit_conditions: '),
    2,
  ],
]

const SENSE: Row[] = [
  [
    'a number as plain text',
    answer(buyBtc({ allocation_usd: '50.5' })),
    { ...BUY, note: '[0].allocation_usd' },
  ],
  ['an unknown asset', both(buyBtc({ asset: 'DOGE' }), buyBtc()), { ...BUY, note: 'DOGE was not asked' }],
  ['a faulty decision on an unknown asset', both({ asset: 'DOGE' }, buyBtc()), { ...BUY, note: 'dropped' }],
  ['the asset as a pair', answer(buyBtc({ asset: 'btc/USDT' })), { ...BUY, note: 'read as BTC' }],
  [
    'only unknown assets',
    answer(buyBtc({ asset: 'DOGE' })),
    { actions: 'BTC hold', note: 'not in the answer' },
  ],
  ['the same decision twice', both(buyBtc(), buyBtc()), { ...BUY, note: 'counted once' }],
  [
    'two sizes of one decision',
    both(buyBtc(), buyBtc({ allocation_usd: 60 })),
    refused('duplicate_asset', '[1].asset'),
  ],
  [
    'buy and sell of one asset',
    both(buyBtc(), buyBtc({ action: 'sell' })),
    refused('duplicate_asset', 'different'),
  ],
  ['an asset left out', clean, { actions: 'BTC buy, ETH hold', note: 'ETH: not in' }, 1, ['BTC', 'ETH']],
  [
    'stop above a long',
    answer(buyBtc({ sl_price: 110 })),
    refused('price_on_wrong_side', '[0].sl_price: 110'),
  ],
  [
    'stop at the price',
    answer(buyBtc({ sl_price: 100 })),
    refused('price_on_wrong_side', 'below the price 100'),
  ],
  [
    'target below a long',
    answer(buyBtc({ tp_price: 99 })),
    refused('price_on_wrong_side', '[0].tp_price: 99'),
  ],
  [
    'a long’s levels on a short',
    answer(buyBtc({ action: 'sell' })),
    refused('price_on_wrong_side', 'sl_price: 90'),
  ],
  ['buy of 0', answer(buyBtc({ allocation_usd: 0 })), refused('allocation_missing', '[0].allocation_usd')],
  [
    'hold of 50',
    answer(holdOf('BTC', { allocation_usd: 50 })),
    refused('allocation_not_zero', 'be 0 for hold'),
  ],
  ['buy of ten times everything', answer(buyBtc({ allocation_usd: 1e9 })), BUY],
  [
    'buy of an open long',
    answer(buyBtc({ asset: 'ETH' })),
    refused('action_not_legal', 'sell, hold'),
    1,
    ['ETH'],
  ],
  [
    'buy while an order is under way',
    answer(buyBtc({ asset: 'SOL' })),
    refused('action_not_legal', 'SOL'),
    1,
    ['SOL'],
  ],
  [
    'close while flat',
    answer(holdOf('BTC', { action: 'close' })),
    refused('action_not_legal', '[0].action'),
    2,
  ],
  [
    'a close of 50',
    answer(holdOf('ETH', { action: 'close', allocation_usd: 50 })),
    refused('allocation_not_zero', 'close'),
    2,
    ['ETH'],
  ],
  ['a close', answer(holdOf('ETH', { action: 'close' })), { actions: 'ETH close' }, 2, ['ETH']],
  ['a sale of an open long', answer(holdOf('ETH', { action: 'sell' })), { actions: 'ETH sell' }, 1, ['ETH']],
  ['leverage 1000', answer(buyBtc({ leverage: 1000 })), BUY, 2],
  ['leverage 1.5', answer(buyBtc({ leverage: 1.5 })), BUY, 2],
  [
    'a close_fraction on a buy',
    answer(buyBtc({ close_fraction: 0.5 })),
    { ...BUY, note: 'close_fraction: ignored' },
    2,
  ],
  ['reasoning at the root', clean.replace('{', '{"reasoning":"up",'), BUY, 2],
  [
    'a time stop with a timeframe',
    answer(buyBtc({ exit_conditions: [closeBelowEma({ kind: 'time_stop', side: null })] })),
    refused('condition_unreadable', 'trade_decisions[0].exit_conditions[0].timeframe: null for time_stop'),
    2,
  ],
  [
    'a candle close without a side',
    answer(buyBtc({ exit_conditions: [closeBelowEma({ side: null })] })),
    refused('condition_unreadable', 'exit_conditions[0].side'),
    2,
  ],
]

describe.each([
  ['what stands around the object', AROUND],
  ['the shape', SHAPES],
  ['the sense', SENSE],
])('%s', (_what, rows) => {
  test.each(rows)('%s', (_name, text, outcome, version = 1, symbols = ['BTC']) => {
    const read = readDecisions(text, question(version, symbols))
    if ('code' in outcome) {
      expect(read).toMatchObject({ ok: false, code: outcome.code })
      if (!read.ok) expect(read.problem).toContain(outcome.says)
      if (!read.ok) expect(read.problem.length).toBeLessThan(1_000)
      return
    }
    expect(read.ok, JSON.stringify(read)).toBe(true)
    if (!read.ok) return
    expect(read.proposals.map(each => `${each.symbol} ${each.action}`).join(', ')).toBe(outcome.actions)
    if (outcome.note === undefined) expect(read.notes).toEqual([])
    else expect(read.notes.join('\n')).toContain(outcome.note)
  })
})

test('at least sixty misbehaviours are in the table', () => {
  expect(AROUND.length + SHAPES.length + SENSE.length).toBeGreaterThan(60)
})
