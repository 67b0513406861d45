/** Reads the prompt template an account names, or the one that ships with the project. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type PromptTemplate, readTemplate } from '../../domain/model/prompt.ts'

/** A template that cannot be used: says which file, what is wrong with it and where. */
export class PromptUnusable extends Error {
  override readonly name = 'PromptUnusable'
}

const OWN = ['agent', 'arena']

const ownFile = (name: string): string => fileURLToPath(new URL(`../../prompts/${name}.md`, import.meta.url))

/** `null`: the template `agent`; `agent` and `arena` are those of the project, everything else is a path. */
export const loadTemplate = (file: string | null): PromptTemplate => {
  const name = file ?? 'agent'
  const path = OWN.includes(name) ? ownFile(name) : name
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PromptUnusable(
      `Prompt ${name} cannot be read: ${reason}. Name a file, or one of ${OWN.join(', ')}.`,
      { cause: error },
    )
  }
  const read = readTemplate(text)
  if (!read.ok) throw new PromptUnusable(`Prompt ${name}: ${read.problem}`)
  return read.template
}
