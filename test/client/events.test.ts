/** The client's types say what the engine's schemas say: this file does not compile when they differ. */
import { expect, test } from 'vitest'
import type { z } from 'zod'
import type { StreamName, Streams } from '../../client/events.ts'
import { EVENT_DATA, SNAPSHOT_DATA } from '../../http/present/stream-envelope.ts'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

type Told<Name extends StreamName> = {
  [Type in keyof (typeof EVENT_DATA)[Name]]: z.infer<(typeof EVENT_DATA)[Name][Type] & z.ZodType>
} & { snapshot: z.infer<(typeof SNAPSHOT_DATA)[Name]> }

const same: { [Name in StreamName]: Same<Told<Name>, Streams[Name]> } = {
  'trading-events': true,
  'market-data': true,
  positions: true,
  actors: true,
}

test('the client knows every stream of the engine', () => {
  expect(Object.keys(same).toSorted()).toEqual(Object.keys(EVENT_DATA).toSorted())
  expect(Object.keys(SNAPSHOT_DATA).toSorted()).toEqual(Object.keys(EVENT_DATA).toSorted())
})
