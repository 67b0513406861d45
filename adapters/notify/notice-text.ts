/** A notice as text: bounded, with nothing in it that a client would take for markup, a mention or a link. */
import type { Notice } from '../../domain/alert.ts'
import { visible } from '../../domain/text.ts'

const LENGTH_MAX = 1_500

const EVENTS: Record<Notice['event'], string> = {
  raised: 'ALERT',
  cleared: 'CLEARED',
  told: 'NOTICE',
  summary: 'SUMMARY',
}

export const titleOf = ({ event, level, code }: Notice): string =>
  level === 'critical' ? `Latch ${EVENTS[event]} (critical): ${code}` : `Latch ${EVENTS[event]}: ${code}`

/** Plain text, a line per thought. */
export const plainText = (notice: Notice): string => {
  const lines = notice.message.split('\n').map(visible)
  const held =
    notice.heldBack === 0 ? [] : [`${notice.heldBack} further notices were held back by the hourly limit.`]
  const text = [titleOf(notice), ...lines, ...held, new Date(notice.at).toISOString()].join('\n')
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}…` : text
}

/** Breaks what would become a link or call people: the dot after a scheme, @everyone, <!channel>. */
const defused = (text: string): string =>
  text.replaceAll('://', ':\u{2060}//').replaceAll('@', '@\u{2060}').replaceAll('www.', 'www\u{2060}.')

export const telegramText = (notice: Notice): string =>
  defused(plainText(notice)).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const slackText = (notice: Notice): string =>
  defused(plainText(notice))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`]/g, mark => `\u{200b}${mark}`)

export const discordText = (notice: Notice): string =>
  defused(plainText(notice)).replaceAll(/[\\*_~`|>#[\]()<]/g, mark => `\\${mark}`)
