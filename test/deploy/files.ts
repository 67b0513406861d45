/** The files that are shipped, read once. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const ROOT = join(import.meta.dirname, '../..')
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

type Service = {
  image?: string
  profiles?: string[]
  ports?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  read_only?: boolean
  entrypoint?: string[]
  secrets?: string[]
  user?: string
  security_opt?: string[]
  restart?: string
  logging?: object
  command?: string[]
  healthcheck?: { test: string[] }
  tmpfs?: string[]
}
type Compose = {
  services: Record<string, Service>
  secrets: Record<string, { file: string }>
  volumes: object
}
export const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose
