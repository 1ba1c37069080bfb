import { Button, Text } from '@mantine/core'
import { Page } from '@muster/console-kit/page.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { IconPlus } from '@tabler/icons-react'
import { Needs } from '../needs.tsx'
import { CreateAppPanel } from './create-app-panel.tsx'
import classes from './new-app-page.module.css'

export function NewAppPage() {
  return (
    <Needs right="managesApps" title="New application">
      <NewApp />
    </Needs>
  )
}

function NewApp() {
  const query = useQueryParams()
  const isOpen = query.get('create') === 'yes'
  return (
    <Page
      title="New application"
      crumbs={[{ title: 'Enterprise apps', href: '/enterprise-apps' }]}
      description="Add an application that people of this directory are to be provisioned to."
    >
      <section className={classes.card} aria-labelledby="own-application">
        <div>
          <Text fw={600} id="own-application" component="h2">
            An application that speaks SCIM 2.0
          </Text>
          <Text size="sm" c="dimmed" maw={560}>
            Muster has no gallery of ready-made connectors: any application with a SCIM address and a token is connected
            in the same way. You give it a name here; address and token come afterwards, under Provisioning.
          </Text>
        </div>
        <Button
          component="a"
          href={query.href({ create: 'yes' })}
          leftSection={<IconPlus size={16} aria-hidden />}
          className={classes.action}
        >
          Create your own application
        </Button>
      </section>
      {isOpen && <CreateAppPanel onClose={() => query.set({ create: undefined })} />}
    </Page>
  )
}
