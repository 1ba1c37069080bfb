import { queryClient } from '@muster/console-kit/console-root.tsx'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { JobView } from '../../../contract/synchronization.ts'
import { jobApi, jobQuery } from './provisioning-queries.ts'

/** How often a job is read while its events don't come, and how soon they are asked for again after a refusal, in ms. */
const POLL_MS = 2_000
const REOPEN_MS = 15_000

/** Keeps what is known of an app's job as it is now: by its events, and by reading it again while they don't come. */
export function useLiveJob(appId: string, jobId: string): void {
  const [isStreaming, setStreaming] = useState(false)
  useQuery({ ...jobQuery(appId), refetchInterval: isStreaming ? false : POLL_MS })
  useEffect(() => {
    let source: EventSource | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    const open = () => {
      source = new EventSource(`${jobApi(appId, jobId)}/events`)
      source.addEventListener('job', ({ data }: MessageEvent<string>) => {
        setStreaming(true)
        queryClient.setQueryData(jobQuery(appId).queryKey, JSON.parse(data) as JobView)
      })
      source.addEventListener('end', () => {
        // Deleted, signed out, or the server stops: reading it again tells which.
        setStreaming(false)
        void queryClient.invalidateQueries({ queryKey: jobQuery(appId).queryKey })
      })
      source.addEventListener('error', () => {
        setStreaming(false)
        // The browser comes again by itself unless it was refused.
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, REOPEN_MS)
      })
    }
    open()
    return () => {
      clearTimeout(again)
      source?.close()
    }
  }, [appId, jobId])
}
