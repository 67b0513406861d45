/** What an address says about the endpoint behind it. */

const hostOf = (baseUrl: string): string => (URL.canParse(baseUrl) ? new URL(baseUrl).hostname : '')

/** OpenRouter itself, or a gateway that names it in its path, as Cloudflare's `…/gateway/openrouter` does. */
export const isOpenRouter = (baseUrl: string): boolean => {
  const host = hostOf(baseUrl)
  if (host === 'openrouter.ai' || host.endsWith('.openrouter.ai')) return true
  return URL.canParse(baseUrl) && new URL(baseUrl).pathname.split('/').includes('openrouter')
}

/** OpenAI itself, which wants `max_completion_tokens` of its newer models. */
export const isOpenAi = (baseUrl: string): boolean => hostOf(baseUrl) === 'api.openai.com'

const PRIVATE = /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)\.[\d.]+$|^\[(::1|f[cd][0-9a-f]{2}:.*)\]$/

/** This machine or this network, such as Ollama, where a key is seldom asked for. */
export const isLocal = (baseUrl: string): boolean => {
  const host = hostOf(baseUrl)
  return PRIVATE.test(host) || /\.(local|internal|lan)$/.test(host) || (host !== '' && !/[.:]/.test(host))
}
