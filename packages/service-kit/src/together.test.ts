import { expect, test } from 'vitest'
import { freshDatabase } from '../../../test/database.ts'
import { run } from './database.ts'
import { type Statement, together } from './together.ts'

const { database } = await freshDatabase()
await run(database, 'create table public.people (id int primary key, name text not null)', [])
await run(database, 'create table public.places (person int not null, team text not null)', [])

const person = (id: number, name: string): Statement => ({
  text: 'insert into public.people (id, name) values ($1, $2) returning *',
  values: [id, name],
})
const place = (id: number, team: string): Statement => ({
  text: 'insert into public.places (team, person) values ($2, $1)',
  values: [id, team],
})
const stored = () =>
  run(database, 'select id, name, team from public.people left join public.places on person = id order by id, team', [])

test('several writes are one statement, each with its own values, and answer what is asked of them', async () => {
  const answer = await database.transaction((tx) =>
    together(tx, [person(1, 'Priya'), place(1, 'Core'), place(1, 'Ops')], 'select name from part1'),
  )
  expect(answer).toEqual([{ name: 'Priya' }])
  expect(await stored()).toEqual([
    { id: 1, name: 'Priya', team: 'Core' },
    { id: 1, name: 'Priya', team: 'Ops' },
  ])
})

test('when one of them fails none is done', async () => {
  const before = await stored()
  const doubled = database.transaction((tx) => together(tx, [place(1, 'Sales'), person(1, 'Somebody else')]))
  await expect(doubled).rejects.toMatchObject({ code: '23505' })
  expect(await stored()).toEqual(before)
})
