/** An asset that was taken out of the settings was not reconciled any more while its position was open, and put back in it
 * got a second actor beside the first. */
import { expect, test } from 'vitest'
import { price, quantity } from '../../domain/units.ts'
import { SLOT } from '../machines/given.ts'
import { AccountStage, accountSettings } from '../machines/given-account.ts'

test('a position outlives its asset, and is the same one when the asset comes back', () => {
  const stage = new AccountStage().holding()
  const position = stage.child('position:BTC')
  const settings = { ...accountSettings(), assets: ['ETH'] }
  stage.send({ type: 'settings.changed', settings, positions: { ETH: SLOT } })
  stage.command('resumed')
  stage.reconcile([{ symbol: 'BTC', direction: 'long', quantity: quantity(2), entryPrice: price(100) }])
  expect(stage.reported('reconcile.differed')).toMatchObject([{ symbol: 'BTC' }])
  stage.send({ type: 'settings.changed', settings: accountSettings(), positions: { BTC: SLOT, ETH: SLOT } })
  expect(stage.child('position:BTC')).toBe(position)
})
