import { randomUUID } from 'node:crypto'
import type { Quarantine } from '../quarantine.ts'

export interface JobKey {
  readonly tenantId: string
  readonly jobId: string
}

/** A provisioning job: it keeps one target system in step with one service principal's scope. */
export interface Job extends JobKey {
  readonly servicePrincipalId: string
  readonly templateId: string
  readonly state: 'Active' | 'Disabled' | 'Paused'
  readonly intervalSeconds: number
  /** Number of the change feed up to which everything was seen; undefined: the next cycle is an initial one. */
  readonly watermark: number | undefined
  readonly watermarkAt: Date | undefined
  readonly cycleNumber: number
  readonly resets: number
  /** The next initial cycle forgets the links. */
  readonly isLinksReset: boolean
  readonly nextCycleAt: Date | undefined
  readonly isRunRequested: boolean
  readonly steadyStateFirstAt: Date | undefined
  readonly steadyStateLastAt: Date | undefined
  readonly quarantine: Quarantine | undefined
}

/** The one template of non-gallery apps. */
export const TEMPLATE_ID = 'scim'

/** Shortest interval taken, in seconds. */
export const SHORTEST_INTERVAL = 10
/** Entra's own. */
export const DEFAULT_INTERVAL = 40 * 60

/** `<template>.<tenant>.<guid>`, as Graph's job ids are. */
export const newJobId = (tenantId: string): string => `${TEMPLATE_ID}.${tenantId.replaceAll('-', '')}.${randomUUID()}`
