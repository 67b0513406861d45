/** Accounts of a running engine, from the terminal, and after a restart. */
import { describe, expect, test } from 'vitest'
import { readWords } from '../../cli/accounts-command.ts'
import { folder, latch, startLatch } from './latch.ts'

describe('settings on the command line', () => {
  test('are paths with values as in the configuration file', () => {
    expect(readWords(['risk.heat_pct_max=3', 'risk.stop=derive', 'assets=[BTC, ETH]', 'label=null'])).toEqual(
      {
        risk: { heat_pct_max: 3, stop: 'derive' },
        assets: ['BTC', 'ETH'],
        label: null,
      },
    )
    expect(() => readWords(['risk'])).toThrow(/no setting/)
  })
})

describe('latch accounts', () => {
  test('adds, changes and removes an account, which stays so after a restart', async () => {
    const cwd = folder()
    const data = ['--data-dir', `${cwd}/data`]
    const chosen = ['--profile', 'default', '--speed', '600', ...data]
    const first = startLatch(cwd, {}, [], chosen)
    const [, url = ''] = await first.seen(/(http:\/\/127\.0\.0\.1:\d+)/)
    const at = ['--url', url, ...data]
    const added = await latch(['accounts', 'add', 'second', 'assets=[BTC]', 'deposit=500', ...at], cwd)
    expect([added.code, added.stdout.trim(), added.stderr]).toEqual([0, 'second added', ''])
    const set = await latch(['accounts', 'set', 'second', 'label=Second', ...at], cwd)
    expect(set.stdout.trim()).toBe('second changed')
    const wrong = await latch(['accounts', 'set', 'second', 'risk.heat=1', ...at], cwd)
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toMatch(/heat/)
    const unsaid = await latch(['accounts', 'remove', 'second', ...at], cwd)
    expect(unsaid.code).toBe(2)
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(0)

    const again = startLatch(cwd, {}, [], chosen)
    const [, back = ''] = await again.seen(/(http:\/\/127\.0\.0\.1:\d+)/)
    const list = await latch(['accounts', '--json', '--url', back, ...data], cwd)
    const { items } = JSON.parse(list.stdout) as { items: { account_id: string; label: string }[] }
    expect(items.find(each => each.account_id === 'second')?.label).toBe('Second')
    const removed = await latch(['accounts', 'remove', 'second', '--close', '--url', back, ...data], cwd)
    expect(removed.stdout.trim()).toBe('second removed')
    again.child.kill('SIGINT')
    expect(await again.ended).toBe(0)
  }, 120_000)
})
