import { afterEach, describe, expect, test, vi } from 'vitest'
import { dayOf, endOfDay, startOfDay } from './days.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe("a day in the reader's zone", () => {
  test.each([
    { zone: 'UTC', day: '2027-01-31', start: '2027-01-31T00:00:00+00:00', end: '2027-01-31T23:59:59+00:00' },
    { zone: 'Asia/Kolkata', day: '2027-01-31', start: '2027-01-31T00:00:00+05:30', end: '2027-01-31T23:59:59+05:30' },
    // On the day that the clocks change it begins with one offset and ends with another.
    { zone: 'Europe/Berlin', day: '2027-03-28', start: '2027-03-28T00:00:00+01:00', end: '2027-03-28T23:59:59+02:00' },
    {
      zone: 'America/New_York',
      day: '2027-11-07',
      start: '2027-11-07T00:00:00-04:00',
      end: '2027-11-07T23:59:59-05:00',
    },
  ])('$day in $zone', ({ zone, day, start, end }) => {
    vi.stubEnv('TZ', zone)
    expect([startOfDay(day), endOfDay(day), dayOf(new Date(end))]).toEqual([start, end, day])
  })
})
