/**
 * The inspector's page in a real browser, through a whole life: idle, protected, paused, and back through the journal.
 *
 * With SCREENSHOTS=1 the pictures of docs/images are taken anew.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inspectedEngine } from './inspected-engine.ts'

const BROWSER = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find(path => existsSync(path))

/** A busy machine needs longer than the second that is usual. */
const eventually = <Value>(read: () => Value) => expect.poll(read, { timeout: 20_000 })

const IMAGES = join(import.meta.dirname, '../../docs/images')
const picture = async (page: Page, name: string) => {
  if (process.env['SCREENSHOTS'] === undefined) return
  await page.mouse.move(700, 760)
  await page.screenshot({ path: join(IMAGES, `inspect-${name}.png`) })
}

describe.skipIf(BROWSER === undefined)(
  'the inspector in a browser (skipped: no Chromium on this machine)',
  () => {
    let engine: Awaited<ReturnType<typeof inspectedEngine>>
    let browser: Browser
    beforeAll(async () => {
      engine = await inspectedEngine()
      browser = await chromium.launch({ executablePath: BROWSER ?? '', args: ['--no-sandbox'] })
    })
    afterAll(async () => {
      await browser?.close()
      await engine?.close()
    })

    const DESK = { width: 1360, height: 800 }
    const open = async (hash: string, colorScheme: 'light' | 'dark' = 'light', viewport = DESK) => {
      const context = await browser.newContext({
        httpCredentials: { username: 'owner', password: engine.token },
        viewport,
        colorScheme,
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      const faults: string[] = []
      page.on('console', message => message.type() === 'error' && faults.push(message.text()))
      page.on('pageerror', error => faults.push(error.message))
      page.on('request', request => {
        if (!request.url().startsWith(engine.url)) faults.push(`asked ${request.url()}`)
      })
      await page.goto(`${engine.url}/inspect#${encodeURIComponent(hash)}`)
      return { page, faults, context, close: () => context.close() }
    }
    const state = (page: Page) => page.locator('#actor-state')
    const lit = (page: Page) => page.locator('#chart .state.active > .name').allTextContents()
    const choose = (page: Page, id: string) => page.getByTitle(id, { exact: true }).click()

    test('shows a life as it happens, and nothing is asked of anybody else', async () => {
      const { page, faults, close } = await open('momentum/position:BTC')
      await eventually(() => lit(page)).toEqual(['idle'])
      await eventually(() => page.locator('#connection').textContent()).toBe('live')
      await picture(page, 'idle')
      engine.begin()

      await eventually(() => state(page).textContent()).toBe('protected › holding')
      await eventually(() => lit(page)).toEqual(['protected', 'holding'])
      expect(await page.locator('#actor-next').textContent()).toContain('position.close')
      await picture(page, 'protected')

      await choose(page, 'momentum')
      await engine.tell('/accounts/momentum/pause')
      await eventually(() => state(page).textContent()).toBe('paused')
      await eventually(() => lit(page)).toEqual(['paused'])
      await eventually(() => page.locator('#actor-why').textContent()).toContain('No entries: paused')
      await eventually(() => page.locator('#actor-why').textContent()).toContain(
        'Leaves when the pause is lifted',
      )
      await eventually(() => page.locator('#actor-steps .way').first().textContent()).toContain('→ paused')
      await picture(page, 'paused')
      expect(faults).toEqual([])
      await close()
    })

    test('goes back through the journal and returns to now', async () => {
      const { page, faults, close } = await open('momentum/position:BTC', 'dark')
      engine.begin()
      const slider = page.locator('#when')
      await eventually(async () => Number(await slider.getAttribute('max'))).toBeGreaterThan(5)
      await slider.focus()
      await slider.press('Home')
      await eventually(() => lit(page)).toEqual(['idle'])
      expect(await page.locator('body').getAttribute('class')).toBe('past')
      const seen = new Set<string | null>()
      let said = await slider.getAttribute('aria-valuetext')
      for (let step = 0; step < 40 && !seen.has('protected'); step += 1) {
        await slider.press('ArrowRight')
        await eventually(() => slider.inputValue()).toBe(String(step + 1))
        await eventually(() => page.locator('#when').getAttribute('aria-valuetext')).not.toBe(said)
        said = await slider.getAttribute('aria-valuetext')
        seen.add(await state(page).textContent())
      }
      expect([...seen]).toEqual(expect.arrayContaining(['idle', 'ordering', 'protecting', 'protected']))
      await picture(page, 'journal-dark')
      await page.locator('#live').click()
      await eventually(() => page.locator('body').getAttribute('class')).toBe('')
      expect(faults).toEqual([])
      await close()
    })

    test('says that the engine does not answer, stands still meanwhile, and goes on by itself', async () => {
      const { page, context, close } = await open('momentum')
      engine.begin()
      const clock = page.locator('#clock')
      const problem = page.locator('#problem')
      await eventually(() => page.locator('#connection').textContent()).toBe('live')
      await context.setOffline(true)
      await eventually(() => problem.isVisible()).toBe(true)
      expect(await problem.textContent()).toBe('The engine does not answer.')
      expect(await page.locator('body').getAttribute('data-stale')).toBe('')
      const stood = await clock.textContent()
      await page.waitForTimeout(600)
      expect(await clock.textContent()).toBe(stood)
      await context.setOffline(false)
      await eventually(() => problem.isVisible()).toBe(false)
      await eventually(() => clock.textContent()).not.toBe(stood)
      expect(await page.locator('body').getAttribute('data-stale')).toBeNull()
      await close()
    })

    test('on a phone the chart comes to whom a row was chosen on, in letters that can be read', async () => {
      const { page, faults, close } = await open('momentum', 'light', { width: 390, height: 844 })
      await eventually(() => lit(page)).not.toEqual([])
      await choose(page, 'momentum/position:BTC')
      await eventually(() => page.locator('#chart-name').textContent()).toBe('position machine')
      const [svg, main] = [page.locator('#chart svg'), page.locator('main')]
      const [, , natural] = ((await svg.getAttribute('viewBox')) ?? '').split(' ').map(Number)
      expect(Number(await svg.getAttribute('width')) / (natural ?? 1)).toBeGreaterThan(0.8)
      await eventually(async () => (await main.boundingBox())?.y ?? 900).toBeLessThan(300)
      expect((await main.boundingBox())?.width).toBe(390)
      expect((await page.locator('footer').boundingBox())?.width).toBe(390)
      expect(faults).toEqual([])
      await close()
    })

    test('steps through one position alone, and keeps an opened list open', async () => {
      const { page, faults, close } = await open('momentum/position:BTC')
      engine.begin()
      const slider = page.locator('#when')
      await page.locator('#actor-next summary').click()
      await page.locator('#scope').selectOption('actor')
      await eventually(async () => Number(await slider.getAttribute('max'))).toBeGreaterThan(3)
      await slider.focus()
      const seen = new Set<string | null>()
      for (let step = 0; step < 3; step += 1) {
        await slider.press('ArrowLeft')
        await eventually(async () => {
          const said = (await slider.getAttribute('aria-valuetext')) ?? ''
          return said.includes('momentum/position:BTC: ') && !seen.has(said)
        }).toBe(true)
        seen.add(await slider.getAttribute('aria-valuetext'))
        expect(await page.locator('#actor-next details').getAttribute('open')).toBe('')
      }
      expect(faults).toEqual([])
      await close()
    })

    test('is reached with the keyboard alone', async () => {
      const { page, close } = await open('analysts')
      await eventually(() => lit(page)).not.toEqual([])
      await page.locator('#filter').focus()
      await page.keyboard.press('Tab')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await eventually(() => page.locator('#actor-id').textContent()).toBe('analysts/position:ETH')
      await close()
    })

    test('says that an account was removed while it was looked at, and shows it in the past', async () => {
      const { page, close } = await open('cross')
      engine.begin()
      await eventually(() => lit(page)).not.toEqual([])
      await engine.tell('/accounts/cross?close_positions=true', 'DELETE')
      await eventually(() => page.locator('#gone').textContent()).toContain('Account cross was removed.')
      expect(await lit(page)).toEqual([])
      await page.locator('#scope').selectOption('account')
      const slider = page.locator('#when')
      await slider.focus()
      await slider.press('ArrowLeft')
      await slider.press('ArrowLeft')
      await eventually(() => page.getByTitle('cross', { exact: true }).count()).toBe(1)
      await eventually(() => lit(page)).not.toEqual([])
      await slider.press('Home')
      await eventually(() => lit(page)).toEqual(['reconciling'])
      await close()
    })
  },
)
