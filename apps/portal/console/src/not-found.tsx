import { Button } from '@mantine/core'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'

export function NotFound() {
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
