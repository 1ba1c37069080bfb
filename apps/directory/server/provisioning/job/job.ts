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

const DURATION = /^P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/

/** Seconds of an ISO 8601 duration of days, hours, minutes, seconds; undefined when it is none. */
export function readDuration(text: string): number | undefined {
  const parts = DURATION.exec(text)
  if (!parts || text.endsWith('T') || text === 'P') return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
}

/** The duration as Graph writes it: `PT40M`, `PT1H30M`, `PT10S`. */
export function printDuration(seconds: number): string {
  const [days, hours, minutes, rest] = [
    Math.floor(seconds / 86_400),
    Math.floor((seconds % 86_400) / 3600),
    Math.floor((seconds % 3600) / 60),
    seconds % 60,
  ]
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${rest ? `${rest}S` : ''}`
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}` === 'P'
    ? 'PT0S'
    : `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`
}
