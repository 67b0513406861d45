/** Rules between the settings of the HTTP interface: how far it reaches, and whom it lets in. */
import { SafetyRefusal } from './problem.ts'
import type { Report } from './report.ts'
import { isObject, originAt, type SettingTree, valueAt } from './tree.ts'

/** By address alone: what a name such as localhost stands for is up to the resolver of the machine. */
const LOOPBACK: readonly string[] = ['127.0.0.1', '::1']

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0

const checkTls = (tree: SettingTree, api: Record<string, unknown>, report: Report): void => {
  const [cert, key] = [api['tls_cert'], api['tls_key']]
  if ((cert === 'off') === (key === 'off')) return
  const [given, missing] = cert === 'off' ? ['tls_key', 'tls_cert'] : ['tls_cert', 'tls_key']
  const at = ['api', given]
  const remedy = `Set api.${missing} too (API_${missing.toUpperCase()}), or neither.`
  report.problem(at, originAt(tree, at), undefined, `${given} is of no use without ${missing}`, remedy)
}

/** Throws `SafetyRefusal` when nobody would be asked for a token on an address others can reach. */
export const checkApi = (tree: SettingTree, report: Report): void => {
  const api = valueAt(tree.root, ['api'])
  if (!isObject(api) || api['enabled'] !== true) return
  checkTls(tree, api, report)
  const host = String(api['host'])
  if (api['auth'] === 'none') {
    if (!LOOPBACK.includes(host)) {
      throw new SafetyRefusal(
        `API_AUTH=none was asked for while the API listens on ${host}: anybody who reaches it could trade. ` +
          'Set API_HOST=127.0.0.1 or ::1 (an address, no name), or leave API_AUTH at token.',
      )
    }
    report.warn('The API asks nobody for a token (API_AUTH=none): every program of this machine may trade.')
  }
  if (api['allow_public_read'] === true) {
    report.warn(
      'Whoever reaches the API reads accounts, positions and trades without a token (API_ALLOW_PUBLIC_READ=true); ' +
        'commands still need one.',
    )
  }
  if (!['0.0.0.0', '::'].includes(host)) return
  const isPlain = api['tls_cert'] === 'off' && isEmpty(api['trusted_proxies'])
  const plain =
    ' Without TLS its tokens can be read on the way; commands are taken from private networks only.'
  report.warn(
    'The API listens on every address of this machine; API_HOST=127.0.0.1 keeps it to this machine.' +
      (isPlain ? plain : ''),
  )
}
