import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from './json.ts'
import { parsePatch } from './patch/parse.ts'
import { type Projection, project } from './projection.ts'
import { readResource } from './resource.ts'
import { attribute, type ResourceType } from './schema/attribute.ts'
import { USER } from './schema/resource-types.ts'
import { PATCH_OP_URN } from './urns.ts'
import { writtenByBody, writtenByPatch } from './written.ts'

const badge = {
  id: 'urn:example:badge:1.0',
  name: 'Badge',
  description: '',
  attributes: [
    attribute('serial', '', { returned: 'request' }),
    attribute('colour', ''),
    attribute('holder', '', {
      type: 'complex',
      subAttributes: [attribute('value', ''), attribute('secretName', '', { returned: 'request' })],
    }),
  ],
}
const type: ResourceType = { ...USER, schemaExtensions: [{ schema: badge, required: false }] }
const inside = { serial: 's1', colour: 'red', holder: { value: 'h1', secretName: 'n1' } }
const resource: JsonObject = { id: 'u1', userName: 'p', [badge.id]: inside }
const shown = { id: 'u1', userName: 'p' }
const quiet = { colour: 'red', holder: { value: 'h1' } }

describe('what is returned on request is part of the answer to the request that wrote it (RFC 7643 §7)', () => {
  test.each<{ why: string; operations: Json[]; projection?: Projection; container: JsonObject | undefined }>([
    {
      why: 'not when something else was written',
      operations: [{ op: 'add', path: `${badge.id}:colour`, value: 'red' }],
      container: quiet,
    },
    {
      why: 'written by its path',
      operations: [{ op: 'Replace', path: `${badge.id.toUpperCase()}:SERIAL`, value: 's1' }],
      container: { ...quiet, serial: 's1' },
    },
    {
      why: 'written without path',
      operations: [{ op: 'add', value: { [badge.id]: { serial: 's1', holder: { secretName: 'n1' } } } }],
      container: inside,
    },
    {
      why: 'a part, written by its path',
      operations: [{ op: 'add', path: `${badge.id}:holder.secretName`, value: 'n1' }],
      container: { ...quiet, holder: inside.holder },
    },
    {
      why: 'not when it was removed',
      operations: [{ op: 'remove', path: `${badge.id}:serial` }],
      container: quiet,
    },
    {
      why: 'not when it is excluded',
      operations: [{ op: 'add', path: `${badge.id}:serial`, value: 's1' }],
      projection: { excludedAttributes: [`${badge.id}:serial`] },
      container: quiet,
    },
    {
      why: 'not when other attributes are named',
      operations: [{ op: 'add', path: `${badge.id}:serial`, value: 's1' }],
      projection: { attributes: ['userName'] },
      container: undefined,
    },
  ])('PATCH: $why', ({ operations, projection = {}, container }) => {
    const written = writtenByPatch(parsePatch({ schemas: [PATCH_OP_URN], Operations: operations }, type))
    expect(project(resource, projection, type, written)).toEqual(
      container ? { ...shown, [badge.id]: container } : shown,
    )
  })

  test('POST and PUT: what the body holds', () => {
    const body = (held: JsonObject) =>
      writtenByBody(readResource({ schemas: [USER.schema.id, badge.id], userName: 'p', [badge.id]: held }, type), type)
    expect(project(resource, {}, type, body(inside))).toEqual(resource)
    expect(project(resource, {}, type, body({ SERIAL: 's1' }))).toEqual({
      ...shown,
      [badge.id]: { ...quiet, serial: 's1' },
    })
  })
})
