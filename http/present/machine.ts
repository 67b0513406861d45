/** A statechart as data: what the inspector draws. */
import { z } from '@hono/zod-openapi'
import type { Chart } from '../../actors/chart.ts'
import { choice, count, text } from './shape.ts'

const names = (description: string) => z.array(z.string()).openapi({ description })
const KINDS = ['account', 'position', 'order'] as const

export const MachineState = z
  .strictObject({
    id: text('Path of the state, e.g. `position.protecting.proving`.'),
    name: text('Last part of its path.'),
    parent: text('State around it; `null` at the top.').nullable(),
    type: choice(['atomic', 'compound', 'final'], 'Whether it has states inside, or ends the actor.'),
    initial: text('State inside that it begins in.').nullable(),
    tags: names('What is true of every actor in it.'),
    entry: names('Actions on the way in.'),
    exit: names('Actions on the way out.'),
    invokes: names('Services it waits for.'),
  })
  .openapi('MachineState')

export const MachineTransition = z
  .strictObject({
    source: text('State it leaves; the id of the machine when it is heard in every state.'),
    target: text('State it leads to; `null`: it stays.').nullable(),
    event: text('Event that causes it; `null`: taken as soon as its guard holds.').nullable(),
    guard: text('Condition it needs; `null`: none.').nullable(),
    actions: names('What is done on the way.'),
  })
  .openapi('MachineTransition')

export const MachineSummary = z
  .strictObject({
    id: choice(KINDS, 'Kind of actor it is the chart of.'),
    initial: text('State a new actor begins in.'),
    states: count('How many states it has.'),
    transitions: count('How many transitions it has.'),
  })
  .openapi('MachineSummary')

export const Machine = z
  .strictObject({
    id: choice(KINDS, 'Kind of actor it is the chart of.'),
    initial: text('State a new actor begins in.'),
    states: z.array(MachineState),
    transitions: z.array(MachineTransition),
  })
  .openapi('Machine')

export const presentMachineSummary = (chart: Chart): z.infer<typeof MachineSummary> => ({
  id: chart.id,
  initial: chart.initial,
  states: chart.states.length,
  transitions: chart.transitions.length,
})

export const presentMachine = (chart: Chart): z.infer<typeof Machine> => ({
  id: chart.id,
  initial: chart.initial,
  states: chart.states.map(({ id, name, parent, type, initial, tags, entry, exit, invokes }) => ({
    id,
    name,
    parent,
    type,
    initial,
    tags: [...tags],
    entry: [...entry],
    exit: [...exit],
    invokes: [...invokes],
  })),
  transitions: chart.transitions.map(({ source, target, event, guard, actions }) => ({
    source,
    target,
    event,
    guard,
    actions: [...actions],
  })),
})

export const machineSummaryExample: z.infer<typeof MachineSummary> = {
  id: 'order',
  initial: 'order.recording',
  states: 12,
  transitions: 43,
}

export const machineExample: z.infer<typeof Machine> = {
  id: 'order',
  initial: 'order.recording',
  states: [
    {
      id: 'order.unknown',
      name: 'unknown',
      parent: null,
      type: 'atomic',
      initial: null,
      tags: ['inFlight'],
      entry: [],
      exit: [],
      invokes: [],
    },
  ],
  transitions: [
    {
      source: 'order.unknown',
      target: 'order.looking',
      event: 'clock.ticked',
      guard: 'lookupIsDue',
      actions: ['noteTime'],
    },
  ],
}
