import { z } from 'zod'

/** The keys of a job in its address. */
export const servicePrincipalParams = z.object({ id: z.string() })
export const jobParams = z.object({ id: z.string(), jobId: z.string() })

export const noContent = z.null().describe('Done; there is no content.')

const pair = z.object({ key: z.string().min(1).max(100), value: z.string().max(10_000).nullable() })

/** Graph's synchronizationSecretKeyStringValuePair, several. */
export const secretsBody = z.object({ value: z.array(pair).max(50) }).meta({ id: 'SynchronizationSecrets' })

export const jobNew = z.object({ templateId: z.string() }).meta({ id: 'NewSynchronizationJob' })

/** Ours: Graph can't change a schedule. */
export const jobChange = z
  .strictObject({ schedule: z.strictObject({ interval: z.string().describe('ISO 8601 duration, at least PT10S') }) })
  .meta({ id: 'SynchronizationJobChange' })

export const restartBody = z
  .object({ criteria: z.object({ resetScope: z.string().max(200).nullish() }).nullish() })
  .nullish()
  .meta({ id: 'SynchronizationJobRestart' })

export const credentialsBody = z
  .object({
    useSavedCredentials: z.boolean().optional(),
    templateId: z.string().optional(),
    credentials: z.array(pair).max(50).optional(),
  })
  .nullish()
  .meta({ id: 'ValidateCredentials' })

const time = z.string().nullable()

/** Ours: Graph doesn't tell a cycle over everything from one over what changed. */
const cycleType = z.enum(['Initial', 'Incremental'])

const execution = z.object({
  activityIdentifier: z.string(),
  cycleType,
  state: z.enum(['Succeeded', 'Failed', 'EntryLevelErrors']),
  timeBegan: z.string(),
  timeEnded: z.string(),
  countImported: z.int(),
  countImportedDeltas: z.int(),
  countImportedReferenceDeltas: z.int(),
  countEntitled: z.int(),
  countEntitledForProvisioning: z.int(),
  countExports: z.int(),
  countExported: z.int(),
  countEscrowed: z.int(),
  countEscrowedRaw: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})

/** Graph's synchronizationJob. */
export const jobView = z
  .object({
    id: z.string(),
    templateId: z.string(),
    schedule: z.object({
      expiration: time,
      interval: z.string(),
      state: z.enum(['Active', 'Disabled', 'Paused']),
    }),
    status: z.object({
      code: z.enum(['NotConfigured', 'NotRun', 'Active', 'Paused', 'Quarantine']),
      countSuccessiveCompleteFailures: z.int(),
      escrowsPruned: z.boolean(),
      lastExecution: execution.nullable(),
      lastSuccessfulExecution: execution.nullable(),
      lastSuccessfulExecutionWithExports: execution.nullable(),
      progress: z.array(
        z.object({
          completedUnits: z.int(),
          totalUnits: z.int(),
          units: z.string(),
          progressObservationDateTime: z.string(),
        }),
      ),
      quarantine: z
        .object({
          reason: z.string(),
          currentBegan: z.string(),
          nextAttempt: z.string(),
          seriesBegan: z.string(),
          seriesCount: z.int(),
          error: z.object({ code: z.string(), message: z.string(), tenantActionable: z.boolean() }),
        })
        .nullable(),
      steadyStateFirstAchievedTime: time,
      steadyStateLastAchievedTime: time,
      synchronizedEntryCountByType: z.array(z.object({ key: z.string(), value: z.int() })),
      troubleshootingUrl: z.string().nullable(),
      running: z
        .object({
          activityIdentifier: z.string(),
          cycleType,
          timeBegan: z.string(),
          countImported: z.int(),
          countExports: z.int(),
          countExported: z.int(),
          countEscrowed: z.int(),
        })
        .nullable()
        .describe('Ours: the cycle under way, counted as far as `progress`; null when none is.'),
      nextExecution: z
        .object({
          timeDue: time.describe('Null: right behind the cycle that is under way.'),
          reason: z.enum(['Scheduled', 'Requested', 'Quarantine']),
        })
        .nullable()
        .describe('Ours: the next cycle; null unless the job is started.'),
    }),
    synchronizationJobSettings: z.array(z.object({ name: z.string(), value: z.string() })),
  })
  .meta({ id: 'SynchronizationJob' })

export const jobList = z
  .object({ '@odata.context': z.string(), value: z.array(jobView) })
  .meta({ id: 'SynchronizationJobCollection' })

export type JobView = z.infer<typeof jobView>
export type ExecutionView = z.infer<typeof execution>
