import { Button, Text } from '@mantine/core'
import { appAddress, type EnterpriseApp } from '../apps/app-queries.ts'
import classes from './not-connected.module.css'

/** Where provisioning begins: what it will do, and the one thing to do first. */
export function NotConnected({ app }: { readonly app: EnterpriseApp }) {
  return (
    <section className={classes.card} aria-labelledby="create-configuration">
      <h2 id="create-configuration" className={classes.title}>
        Create configuration
      </h2>
      <Text size="sm" c="dimmed" maw={600}>
        Provisioning makes accounts in {app.displayName} for whoever is assigned to it, keeps their names, departments
        and managers as they are here, and ends their access when they leave. It runs in cycles, every 40 minutes unless
        you say otherwise.
      </Text>
      <ul className={classes.needs}>
        <li>
          <b>Tenant URL</b>: the SCIM address of the application. The portal shows it under Settings, SCIM.
        </li>
        <li>
          <b>Secret token</b>: an API key of the application, which is shown once when it is made there.
        </li>
      </ul>
      <Button component="a" href={`${appAddress(app.id)}/provisioning/new`}>
        Connect your application
      </Button>
    </section>
  )
}
