import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkedUrl, isPrivateAddress } from '../../../adapters/egress/address.ts'
import { poster } from '../../../adapters/notify/egress.ts'
import { discordText, plainText, slackText, telegramText } from '../../../adapters/notify/notice-text.ts'
import { telegramNotifier } from '../../../adapters/notify/chat.ts'
import { notifiersOf } from '../../../adapters/notify/notifiers.ts'
import { NO_ALERTS, type Notice } from '../../../domain/alert.ts'
import type { AlertSettings } from '../../../domain/operations.ts'
import { Secret } from '../../../domain/secret.ts'

const notice: Notice = {
  event: 'raised',
  level: 'critical',
  code: 'account_failed',
  accountId: 'main',
  message: 'Account main failed: @everyone <b>x</b> & https://evil.example \u001b[31m\u202e*bold*',
  at: Date.UTC(2026, 0, 2),
  heldBack: 2,
}

const SETTINGS: AlertSettings = {
  webhookUrl: null,
  slackUrl: null,
  discordUrl: null,
  telegram: null,
  email: null,
  allowLocal: [],
  perHourMax: 30,
  dailySummary: false,
  thresholds: NO_ALERTS,
}

type Asked = { path: string; body: Record<string, unknown> }
const httpServer = async (status = 200, headers: Record<string, string> = {}) => {
  const asked: Asked[] = []
  const server = createHttpServer((request, response) => {
    let text = ''
    request.on('data', part => (text += String(part)))
    request.on('end', () => {
      asked.push({ path: request.url ?? '', body: JSON.parse(text) as Record<string, unknown> })
      response.writeHead(status, headers).end('token=echo')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { asked, host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/hook/canary` }
}

/** Takes a mail as a server of the simplest kind does. */
const mailServer = async (greeting = '220 fake') => {
  const mails: string[] = []
  const talk = (socket: Socket) => {
    let mail: string | null = null
    let rest = ''
    const say = (text: string) => socket.write(`${text}\r\n`)
    say(greeting)
    socket.on('error', () => undefined)
    socket.on('data', part => {
      const lines = (rest + String(part)).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (mail !== null) {
          if (line === '.') {
            mails.push(mail)
            mail = null
            say('250 taken')
          } else mail += `${line}\n`
        } else if (line.startsWith('EHLO')) say('250 fake')
        else if (line === 'DATA') {
          mail = ''
          say('354 go on')
        } else if (line === 'QUIT') socket.end('221 bye\r\n')
        else say('250 ok')
      }
    })
  }
  const server = createServer(talk)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { mails, host: `127.0.0.1:${port}` }
}

const send = (settings: Partial<AlertSettings>, each: Notice = notice) =>
  Promise.all(notifiersOf({ ...SETTINGS, ...settings }).map(way => way.send(each)))

describe('each way', () => {
  test('a webhook gets fields and text', async () => {
    const { asked, host, url } = await httpServer()
    await send({ webhookUrl: new Secret(url), allowLocal: [host] })
    expect(asked[0]).toMatchObject({
      path: '/hook/canary',
      body: {
        source: 'latch',
        event: 'raised',
        level: 'critical',
        code: 'account_failed',
        account_id: 'main',
        held_back: 2,
      },
    })
  })

  test('Slack and Discord get text that calls nobody', async () => {
    const { asked, host, url } = await httpServer()
    await send({ slackUrl: new Secret(url), discordUrl: new Secret(url), allowLocal: [host] })
    const [slack, discord] = asked.toSorted(
      (a, b) => Number('content' in a.body) - Number('content' in b.body),
    )
    expect(slack?.body).toMatchObject({ mrkdwn: false, unfurl_links: false })
    expect(discord?.body).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 })
  })

  test('Telegram gets HTML with nothing of it from outside', async () => {
    const { asked, host } = await httpServer()
    const way = telegramNotifier(
      poster([host]),
      { token: new Secret('12:canary'), chatId: '-100' },
      `http://${host}`,
    )
    await way.send(notice)
    expect(asked[0]?.path).toBe('/bot12:canary/sendMessage')
    expect(asked[0]?.body).toMatchObject({ chat_id: '-100', parse_mode: 'HTML' })
    expect(asked[0]?.body.text).not.toMatch(/<|https:\/\//)
  })

  test('a mail server gets the notice and a summary (D-58)', async () => {
    const { mails, host } = await mailServer()
    const email = { smtpUrl: new Secret(`smtp://${host}`), to: 'me@h.org', from: 'latch@h.org' }
    const summary: Notice = {
      ...notice,
      event: 'summary',
      level: 'info',
      code: 'daily_summary',
      message: 'a: 1\nb: 2',
    }
    await send({ email, allowLocal: [host] })
    await send({ email, allowLocal: [host] }, summary)
    expect(mails[0]).toContain('Subject: Latch ALERT (critical): account_failed')
    expect(mails[1]).toMatch(/Subject: Latch SUMMARY: daily_summary[\s\S]*a: 1\n[\s\S]*b: 2/)
  })

  test('nothing in a notice becomes a header of the mail', async () => {
    const { mails, host } = await mailServer()
    const email = { smtpUrl: new Secret(`smtp://${host}`), to: 'me@h.org', from: 'latch@h.org' }
    await send({ email, allowLocal: [host] }, { ...notice, code: 'x\r\nBcc: all@h.org' })
    expect(mails[0]?.split('\n\n')[0]).not.toMatch(/^Bcc:/m)
  })
})

describe('text', () => {
  test('shows control characters, and is bounded', () => {
    expect(plainText(notice)).toContain('\\u{1b}[31m\\u{202e}')
    expect(plainText({ ...notice, message: 'x'.repeat(9_000) }).length).toBeLessThan(1_600)
    expect(plainText(notice)).toContain('2 further notices were held back')
  })

  test.each([
    ['telegram', telegramText],
    ['slack', slackText],
    ['discord', discordText],
  ])('%s has no markup, mention or link of the message', (_name, textOf) => {
    expect(textOf(notice)).not.toMatch(/@everyone|<b>|https:\/\/evil/)
  })
})

describe('the way out', () => {
  test.each([
    ['http://example.org/', 'it is not https'],
    ['https://example.org:8443/', 'its port is not 443'],
    ['https://u:canary@example.org/', 'it has a user or a password in it'],
    ['https://127.0.0.1/', 'it is an address of this machine'],
    ['https://[::1]/', 'it is an address of this machine'],
    ['https://[::ffff:169.254.169.254]/', 'it is an address of this machine'],
    ['https://2130706433/', 'it is an address of this machine'],
    ['file:///etc/passwd', 'it is not https'],
    ['nonsense', 'it is no address'],
  ])('%s is refused', (url, why) => {
    expect(() => checkedUrl(url, [])).toThrow(why)
  })

  test.each([
    ['10.1.2.3', true],
    ['100.64.0.1', true],
    ['169.254.169.254', true],
    ['172.31.0.1', true],
    ['192.168.1.1', true],
    ['0.0.0.0', true],
    ['fd00::1', true],
    ['fe80::1', true],
    ['::ffff:10.0.0.1', true],
    ['8.8.8.8', false],
    ['2606:4700::1111', false],
  ])('%s is private: %s', (address, expected) => {
    expect(isPrivateAddress(address)).toBe(expected)
  })

  test('a name that leads to this machine is refused when it is connected to', async () => {
    await expect(poster([])('https://localhost/canary', {})).rejects.toThrow('its name leads to this machine')
  })

  test('a server on this machine is refused unless it is allowed, in mail too', async () => {
    const { host } = await mailServer()
    const email = { smtpUrl: new Secret(`smtp://u:canary@${host}`), to: 'me@h.org', from: 'latch@h.org' }
    await expect(send({ email })).rejects.toThrow('ALERT_ALLOW_LOCAL can name it')
  })

  test('a redirect is not followed, and no error tells the address', async () => {
    const elsewhere = await httpServer()
    const { host, url } = await httpServer(302, { location: elsewhere.url })
    const error = await poster([host, elsewhere.host])(url, {}).catch((each: Error) => each)
    expect((error as Error).message).toBe('it answered with status 302')
    expect(elsewhere.asked).toEqual([])
  })

  test('nobody there is told by its code', async () => {
    const error = await poster(['127.0.0.1:9'])('http://127.0.0.1:9/canary', {}).catch((each: Error) => each)
    expect((error as Error).message).toBe('no connection (ECONNREFUSED)')
  })

  test('a mail server that refuses is told without the user', async () => {
    const { host } = await mailServer('554 no canary')
    const email = { smtpUrl: new Secret(`smtp://${host}`), to: 'me@h.org', from: 'latch@h.org' }
    const error = await send({ email, allowLocal: [host] }).catch((each: Error) => each)
    expect(String(error)).toMatch(/the mail server did not take it/)
    expect(String(error)).not.toContain('canary')
  })
})
