import '@fontsource-variable/inter/index.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './base.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { setNonce } from 'get-nonce'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api.ts'
import { type ConsoleName, consoleTheme, consoleVariables } from './theme.ts'

/** What the page's security policy lets style elements carry; it stands in the page that the server sent. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

/** How long an answer is shown without asking again, in ms: what another person changed is seen at the next look. */
const FRESH_MS = 5_000

/** One for the console: what has been read, by what was asked. */
export const queryClient = new QueryClient({
  defaultOptions: {
    // What can't reach the server fails and says so, instead of waiting for a network and then doing it unasked.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: FRESH_MS,
      // A refusal stays one; only what never reached the server, or a server that is away, is asked again.
      retry: (tries, error) => tries < 2 && !(error instanceof ApiError && error.status < 500 && error.status > 0),
    },
  },
})

/** Mounts a console into the page: theme, scheme of the system, toasts, queries. */
export function mountConsole(name: ConsoleName, children: ReactNode): void {
  if (nonce) setNonce(nonce)
  const root = document.getElementById('root')
  if (!root) throw new Error('The page has no root.')
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={consoleTheme(name)}
        cssVariablesResolver={consoleVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queryClient}>
          {/* On the left, where no panel and no dialog has anything: a toast must not lie over what is pressed next. */}
          <Notifications position="bottom-left" />
          {children}
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
