/** Every way to reach a person that the settings name. */
import type { Notifier } from '../../domain/alert.ts'
import type { AlertSettings } from '../../domain/operations.ts'
import { discordNotifier, slackNotifier, telegramNotifier, webhookNotifier } from './chat.ts'
import { poster } from './egress.ts'
import { emailNotifier } from './email.ts'

export const notifiersOf = (settings: AlertSettings): Notifier[] => {
  const { webhookUrl, slackUrl, discordUrl, telegram, email, allowLocal } = settings
  const post = poster(allowLocal)
  return [
    webhookUrl === null ? null : webhookNotifier(post, webhookUrl),
    slackUrl === null ? null : slackNotifier(post, slackUrl),
    discordUrl === null ? null : discordNotifier(post, discordUrl),
    telegram === null ? null : telegramNotifier(post, telegram),
    email === null ? null : emailNotifier(email, allowLocal),
  ].filter(each => each !== null)
}
