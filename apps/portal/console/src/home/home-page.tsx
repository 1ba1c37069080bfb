import { Page } from '@muster/console-kit/page.tsx'
import { useMe } from '../me.tsx'

export function HomePage() {
  const me = useMe()
  return <Page title="Home">{me.workspace.name}</Page>
}
