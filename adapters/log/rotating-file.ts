/**
 * A file that is closed before it grows beyond its limit: `app.log` becomes `app.1.log`, that `app.2.log`, and the last
 * one is removed. Each line is written before the next is taken, so none is lost between two files or in a crash.
 */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export type RotatingFileOptions = {
  /** Of the newest file; others stand beside it. */
  file: string
  bytesMax: number
  /** Files kept, the open one included; at least one. */
  filesKept: number
}

/** `app.log`, 2 → `app.2.log`; 0 is the file itself. */
export const rotatedName = (file: string, index: number): string =>
  index === 0 ? file : file.replace(/(\.[^./\\]+)?$/, extension => `.${index}${extension}`)

export class RotatingFile {
  readonly #options: RotatingFileOptions
  #descriptor: number | null
  #bytes: number

  constructor(options: RotatingFileOptions) {
    this.#options = options
    mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 })
    this.#descriptor = openSync(options.file, 'a', 0o600)
    this.#bytes = fstatSync(this.#descriptor).size
  }

  /** Appends whole lines. */
  write(text: string): void {
    const bytes = Buffer.from(text, 'utf8')
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#options.bytesMax) this.#rotate()
    if (this.#descriptor === null) return
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at)
    this.#bytes += bytes.length
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
    this.#descriptor = null
  }

  #rotate(): void {
    const { file, filesKept } = this.#options
    this.close()
    for (let index = filesKept - 1; index >= 0; index -= 1) {
      const from = rotatedName(file, index)
      if (!existsSync(from)) continue
      if (index === filesKept - 1) rmSync(from)
      else renameSync(from, rotatedName(file, index + 1))
    }
    this.#descriptor = openSync(file, 'a', 0o600)
    this.#bytes = 0
  }
}
