/** What is said about a message that cannot be used reads as a sentence. */
import { expect, test } from 'vitest'
import { readAction } from '../../../http/ws/action.ts'

const MUST = 'a text or a list of 1 to 100 texts of 1 to 100 characters'

test.each([
  ['{', 'is not JSON'],
  ['[]', 'must be an object with action subscribe, unsubscribe or ping'],
  ['{}', 'has an action that must be subscribe, unsubscribe or ping'],
  ['{"action":"shout"}', 'has an action that must be subscribe, unsubscribe or ping'],
  ['{"action":"subscribe","assets":[]}', `has assets that must be ${MUST}`],
  ['{"action":"subscribe","types":[7]}', `has types that must be ${MUST}`],
  ['{"action":"subscribe","account_id":7}', `has an account_id that must be ${MUST}`],
  ['{"action":"ping","loud":true}', 'has a field that is not known: loud'],
  ['{"action":"subscribe","types":["market"]}', "has types with 'market', which positions does not have"],
])('%s %s', (text, problem) => {
  expect(readAction(text, 'positions')).toEqual({ action: null, problem })
})
