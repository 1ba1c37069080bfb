import { Button } from '@mantine/core'
import { Page } from './page.tsx'
import { Empty } from './states.tsx'

/** At an address where no page is. */
export function NoSuchPage() {
  return (
    <Page title="No such page">
      <Empty
        title="There is nothing at this address"
        action={
          <Button component="a" href="/">
            Go to the home page
          </Button>
        }
      >
        What was here may have been deleted, or the address is mistyped.
      </Empty>
    </Page>
  )
}
