/** Intents of exits arrive in their file whole, or not at all, whatever the disk takes at once. */
import { mkdtempSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ExitEntry, ExitJournal } from '../../actors/exit-journal.ts'
import { AT } from '../harness.ts'
import { entryRequest } from '../machines/given.ts'

const file = (): string => join(mkdtempSync(join(tmpdir(), 'exits-')), 'exits.jsonl')
const entryOf = (clientOrderId: string): ExitEntry => ({
  accountId: 'main',
  at: AT,
  intent: {
    type: 'intent.recorded',
    request: entryRequest({ clientOrderId, side: 'sell', reduceOnly: true }),
    leg: 'exit',
    positionId: 'main-BTC-1',
    decisionId: null,
  },
})
const idsIn = (exits: ExitJournal) => exits.read().map(each => each.intent.request.clientOrderId)

test('a line that the disk takes in parts is there whole', () => {
  const path = file()
  const exits = new ExitJournal(path, (descriptor, bytes, from) =>
    writeSync(descriptor, bytes, from, Math.min(7, bytes.length - from)),
  )
  exits.append(entryOf('x1'))
  exits.append(entryOf('x2'))
  expect(idsIn(new ExitJournal(path))).toEqual(['x1', 'x2'])
})

test('a line that the disk has no room for is told to who sends it, and takes no other with it', () => {
  const path = file()
  let room = Number.POSITIVE_INFINITY
  const exits = new ExitJournal(path, (descriptor, bytes, from) => {
    const length = Math.min(room, bytes.length - from)
    room -= length
    return length === 0 ? 0 : writeSync(descriptor, bytes, from, length)
  })
  exits.append(entryOf('x1'))
  const before = readFileSync(path, 'utf8')
  room = 20
  expect(() => exits.append(entryOf('x2'))).toThrow(/exits\.jsonl: the disk took 20 of \d+ bytes/)
  expect(readFileSync(path, 'utf8')).toBe(before)
  room = Number.POSITIVE_INFINITY
  exits.append(entryOf('x3'))
  expect(idsIn(new ExitJournal(path))).toEqual(['x1', 'x3'])
})

test('what a crash has cut takes neither what was before it nor what comes after', () => {
  const path = file()
  new ExitJournal(path).append(entryOf('x1'))
  writeFileSync(path, '{"accountId":"mä', { flag: 'a' })
  const exits = new ExitJournal(path)
  expect(idsIn(exits)).toEqual(['x1'])
  exits.append(entryOf('x2'))
  expect(idsIn(new ExitJournal(path))).toEqual(['x1', 'x2'])
})
