import { Failed, Loading } from '@muster/console-kit/states.tsx'
import { useQuery } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { meQuery } from './me.tsx'
import { router } from './routes.tsx'

export function App() {
  const me = useQuery(meQuery)
  if (me.data) return <RouterProvider router={router} />
  return <main>{me.error ? <Failed error={me.error} onRetry={() => void me.refetch()} /> : <Loading />}</main>
}
