/** An entry approved for a position that could take none was ignored in silence, and the account waited in `ordering` for
 * it for good. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test.each(['cooldown', 'closing', 'protecting', 'protected'])(
  'an entry approved while %s is refused aloud',
  state => {
    const stage = new PositionStage()
    if (state === 'protecting') {
      stage.approve()
      stage.accept('entry')
      stage.fill('entry')
    } else {
      stage.enter({ target: null })
      if (state === 'closing') stage.close()
      if (state === 'cooldown') stage.fill('stop')
    }
    expect(stage.state().split('.')[0]).toBe(state)
    const before = stage.reported('position.changed').length
    stage.approve()
    expect(stage.reported('entry.failed')).toMatchObject([{ reason: `position_${state}` }])
    expect(stage.reported('position.changed').slice(before)).toMatchObject([{ summary: { state } }])
    expect(stage.sent('entry')).toHaveLength(1)
  },
)
