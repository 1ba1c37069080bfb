import { describe, expect, test } from 'vitest'
import { scheduleKeys } from './key-schedule.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.parse('2026-02-03T08:00:00.000Z')

/** A key that was made so long ago, in milliseconds. */
const made = (ago: number) => ({ name: ago, createdAt: new Date(NOW - ago) })

describe('scheduleKeys', () => {
  test.each([
    { why: 'without any, one is due', ages: [], published: [], ended: [], isDue: true },
    { why: 'the first one is used at once', ages: [0], published: [0], ended: [], isDue: false },
    { why: 'one is used for 90 days', ages: [90 * DAY - 1], published: [90 * DAY - 1], ended: [], isDue: false },
    { why: 'then another is due', ages: [90 * DAY], published: [90 * DAY], ended: [], isDue: true },
    {
      why: 'a successor is published behind the one that signs',
      ages: [DAY - 1, 91 * DAY],
      published: [91 * DAY, DAY - 1],
      ended: [],
      isDue: false,
    },
    {
      why: 'a day later it signs, and its predecessor is still believed',
      ages: [DAY, 91 * DAY],
      published: [DAY, 91 * DAY],
      ended: [],
      isDue: false,
    },
    {
      why: 'whose last signature has ended another day later',
      ages: [2 * DAY, 92 * DAY],
      published: [2 * DAY],
      ended: [92 * DAY],
      isDue: false,
    },
    {
      why: 'after a year in which nobody signed in, the old one signs until the new one is known',
      ages: [HOUR, 365 * DAY],
      published: [365 * DAY, HOUR],
      ended: [],
      isDue: false,
    },
    {
      why: 'what ended long ago is found beside a successor that is only published',
      ages: [HOUR, 90 * DAY, 180 * DAY, 270 * DAY],
      published: [90 * DAY, HOUR],
      ended: [180 * DAY, 270 * DAY],
      isDue: false,
    },
    {
      why: 'a clock that was set back keeps the one there is',
      ages: [-5 * DAY],
      published: [-5 * DAY],
      ended: [],
      isDue: false,
    },
  ])('$why', ({ ages, published, ended, isDue }) => {
    const schedule = scheduleKeys(ages.map(made), new Date(NOW))
    expect({
      published: schedule.published.map(({ name }) => name),
      ended: schedule.ended.map(({ name }) => name),
      isDue: schedule.isDue,
    }).toEqual({ published, ended, isDue })
  })
})
