/** Notices to a webhook, Slack, Discord and Telegram: one POST each. */
import type { Notice, Notifier } from '../../domain/alert.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Poster } from './egress.ts'
import { discordText, plainText, slackText, telegramText, titleOf } from './notice-text.ts'

/** JSON for programs: fields, and the same as text. */
const webhookBody = (notice: Notice): object => ({
  source: 'latch',
  event: notice.event,
  level: notice.level,
  code: notice.code,
  account_id: notice.accountId,
  message: notice.message,
  at: new Date(notice.at).toISOString(),
  held_back: notice.heldBack,
  title: titleOf(notice),
  text: plainText(notice),
})

const notifier = (
  name: string,
  post: Poster,
  url: () => string,
  body: (notice: Notice) => object,
): Notifier => ({ name, send: notice => post(url(), body(notice)) })

export const webhookNotifier = (post: Poster, url: Secret): Notifier =>
  notifier('webhook', post, () => url.reveal(), webhookBody)

export const slackNotifier = (post: Poster, url: Secret): Notifier =>
  notifier(
    'slack',
    post,
    () => url.reveal(),
    notice => ({ text: slackText(notice), mrkdwn: false, unfurl_links: false, unfurl_media: false }),
  )

export const discordNotifier = (post: Poster, url: Secret): Notifier =>
  notifier(
    'discord',
    post,
    () => url.reveal(),
    // Flag 4 keeps links from being shown as pictures.
    notice => ({ content: discordText(notice), allowed_mentions: { parse: [] }, flags: 4 }),
  )

const TELEGRAM = 'https://api.telegram.org'

export const telegramNotifier = (
  post: Poster,
  { token, chatId }: { token: Secret; chatId: string },
  api: string = TELEGRAM,
): Notifier =>
  notifier(
    'telegram',
    post,
    () => `${api}/bot${token.reveal()}/sendMessage`,
    notice => ({
      chat_id: chatId,
      text: telegramText(notice),
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
    }),
  )
